// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.interrupt;

import java.util.Arrays;
import java.util.List;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InterruptKindAbsentException;

/** The interrupts of an open device. */
public interface InterruptSupport {
    /** Returns the kinds that the device has and the backend can serve; empty where the device has no interrupt. */
    List<InterruptInfo> kinds();

    /**
     * Enables the interrupts of one kind, unmasked and with all counts zero.
     *
     * @param kind the kind
     * @param vectors how many vectors, from 1 to {@link InterruptInfo#vectors()}
     * @return the enabled interrupts; closing them disables them
     * @throws InterruptKindAbsentException if {@link #kinds()} lacks the kind
     * @throws org.deviceaccess.spi.error.InterruptVectorsException if the number of vectors is out of range
     * @throws org.deviceaccess.spi.error.InterruptsInUseException if interrupts of any kind are enabled already
     * @throws IllegalStateException if the device is closed
     */
    Interrupts enable(InterruptKind kind, int vectors);

    /**
     * Enables the interrupts of the first kind in the driver's order of preference that has enough vectors.
     *
     * @param vectors how many vectors, at least 1
     * @param preference the kinds the driver can use, the best first
     * @return the enabled interrupts
     * @throws InterruptKindAbsentException if no kind of the preference has that many vectors
     * @throws org.deviceaccess.spi.error.InterruptsInUseException if interrupts of any kind are enabled already
     * @throws IllegalStateException if the device is closed
     */
    default Interrupts enableFirst(int vectors, InterruptKind... preference) {
        List<InterruptInfo> available = kinds();
        for (InterruptKind kind : preference) {
            for (InterruptInfo info : available) {
                if (info.kind() == kind && info.vectors() >= vectors) {
                    return enable(kind, vectors);
                }
            }
        }
        throw new InterruptKindAbsentException(
                Failure.during("enable " + vectors + " interrupt vectors of " + Arrays.toString(preference))
                        .because("the device offers " + available)
                        .remedy("Use polling, or a backend that offers one of these kinds"));
    }
}
