// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faultydriver;

import java.util.concurrent.atomic.AtomicBoolean;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.driver.DriverNeeds;
import org.deviceaccess.spi.driver.DriverProvider;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.tck.probe.ForwardingDevice;
import org.deviceaccess.tck.probe.ForwardingInterrupts;

/**
 * A provider of drivers that enable an interrupt once, and fail where it has to be done again: after a reset.
 *
 * @param real makes the drivers
 */
record EnablingOnce(DriverProvider real) implements DriverProvider {
    @Override
    public String name() {
        return real.name();
    }

    @Override
    public Class<? extends Driver> type() {
        return real.type();
    }

    @Override
    public boolean matches(DeviceIdentity identity) {
        return real.matches(identity);
    }

    @Override
    public DriverNeeds needs() {
        return real.needs();
    }

    @Override
    public Driver attach(DeviceAccess device) {
        AtomicBoolean done = new AtomicBoolean();
        return real.attach(new ForwardingDevice(device) {
            @Override
            public InterruptSupport interrupts() {
                return new ForwardingInterrupts.Support(super.interrupts(), enabled -> enabled) {
                    @Override
                    public Interrupts enable(InterruptKind kind, int vectors) {
                        if (done.getAndSet(true)) {
                            throw new DeviceFaultException(Failure.during("enable an interrupt")
                                    .because("it was enabled before")
                                    .remedy("Attach anew"));
                        }
                        return super.enable(kind, vectors);
                    }
                };
            }
        });
    }
}
