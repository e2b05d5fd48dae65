// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * What the controller says of itself (NVM Express Base Specification 1.4, figure 247).
 *
 * @param serialNumber the serial number
 * @param model the model number
 * @param firmware the revision of the firmware
 * @param maxTransferShift how many of its smallest pages one command can transfer, as a logarithm (MDTS); 0 for any number
 * @param submissionEntrySizes the logarithms of the least and the largest length of a submission queue entry (SQES)
 * @param completionEntrySizes the logarithms of the least and the largest length of a completion queue entry (CQES)
 * @param optionalCommands the optional commands it has (ONCS)
 * @param namespaceCount the highest id that a namespace can have (NN)
 * @param shutdownMicros how long a shutdown takes in microseconds (RTD3E), 0 if it does not say
 * @param writeCache whether it has a volatile write cache (VWC)
 */
public record ControllerIdentity(
        String serialNumber,
        String model,
        String firmware,
        int maxTransferShift,
        int submissionEntrySizes,
        int completionEntrySizes,
        int optionalCommands,
        long namespaceCount,
        long shutdownMicros,
        boolean writeCache) {
    /** How long a controller may take to shut down that does not say, and others at the least. */
    static final Duration SHUTDOWN_DEFAULT = Duration.ofSeconds(10);

    private static final Duration SHUTDOWN_LIMIT = Duration.ofMinutes(1);
    private static final int DATASET_MANAGEMENT = 1 << 2;

    static ControllerIdentity parse(MemorySegment page) {
        return new ControllerIdentity(
                IdentifyData.text(page, 4, 20),
                IdentifyData.text(page, 24, 40),
                IdentifyData.text(page, 64, 8),
                IdentifyData.unsigned8(page, 77),
                IdentifyData.unsigned8(page, 512),
                IdentifyData.unsigned8(page, 513),
                IdentifyData.unsigned16(page, 520),
                Integer.toUnsignedLong(page.get(IdentifyData.INT32, 516)),
                Integer.toUnsignedLong(page.get(IdentifyData.INT32, 88)),
                (IdentifyData.unsigned8(page, 525) & 1) != 0);
    }

    /** Returns whether it has dataset management, and with it trim. */
    public boolean datasetManagement() {
        return (optionalCommands & DATASET_MANAGEMENT) != 0;
    }

    /** Returns how long it may take to shut down (7.6.2): as long as it says, within reason. */
    Duration shutdownTime() {
        Duration stated = Duration.of(shutdownMicros, ChronoUnit.MICROS);
        if (stated.compareTo(SHUTDOWN_DEFAULT) < 0) {
            return SHUTDOWN_DEFAULT;
        }
        return stated.compareTo(SHUTDOWN_LIMIT) < 0 ? stated : SHUTDOWN_LIMIT;
    }

    /** Returns whether it takes queue entries of 64 and 16 bytes, as each controller of the NVM command set must. */
    boolean takesStandardEntries() {
        return allows(submissionEntrySizes, SubmissionRing.ENTRY_SHIFT)
                && allows(completionEntrySizes, CompletionRing.ENTRY_SHIFT);
    }

    private static boolean allows(int sizes, int wanted) {
        return (sizes & 0xf) <= wanted && wanted <= sizes >>> 4;
    }
}
