// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faultydriver;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.driver.DriverMatch;
import org.deviceaccess.spi.driver.DriverNeeds;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.region.RegionId;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit finds drivers that are not what they say, or use what they do not say. */
@Execution(ExecutionMode.CONCURRENT)
class FaultyProviderTest {
    @ParameterizedTest
    @MethodSource
    void faults(DriverFault fault) {
        fault.assertFound();
    }

    /** A type that no driver here has. */
    public interface Unrelated extends Driver {}

    static Stream<DriverFault> faults() {
        return Stream.of(
                DriverFault.of("nothing", SoundDriver::new),
                DriverFault.of(
                        "has a name in upper case",
                        new SoundProvider(SoundDriver::new) {
                            @Override
                            public String name() {
                                return "SOUND";
                            }
                        },
                        "DA-DRV-001"),
                DriverFault.of(
                        "states another type",
                        new SoundProvider(SoundDriver::new) {
                            @Override
                            public Class<? extends Driver> type() {
                                return Unrelated.class;
                            }
                        },
                        "DA-DRV-002"),
                DriverFault.of(
                        "needs something else after each attaching",
                        new SoundProvider(SoundDriver::new) {
                            private final AtomicInteger attached = new AtomicInteger();

                            @Override
                            public DriverNeeds needs() {
                                return attached.get() % 2 == 0
                                        ? NEEDS
                                        : NEEDS.withInterrupts(1, InterruptKind.MSI, InterruptKind.INTX);
                            }

                            @Override
                            public Driver attach(DeviceAccess device) {
                                attached.incrementAndGet();
                                return super.attach(device);
                            }
                        },
                        "DA-DRV-003"),
                DriverFault.of(
                        "forgets what it needs when the device matches",
                        new SoundProvider(SoundDriver::new) {
                            private final AtomicBoolean matched = new AtomicBoolean();

                            @Override
                            public boolean matches(DeviceIdentity identity) {
                                matched.set(super.matches(identity));
                                return matched.get();
                            }

                            @Override
                            public DriverNeeds needs() {
                                return matched.getAndSet(false) ? DriverNeeds.NONE : NEEDS;
                            }
                        },
                        "DA-DRV-005"),
                DriverFault.of(
                        "is for everything",
                        new SoundProvider(SoundDriver::new) {
                            @Override
                            public boolean matches(DeviceIdentity identity) {
                                return true;
                            }
                        },
                        "DA-DRV-004"),
                DriverFault.of(
                        "says of each device how well it matches, whether it does or not",
                        new SoundProvider(SoundDriver::new) {
                            @Override
                            public DriverMatch match(DeviceIdentity identity) {
                                return DriverMatch.CLASS;
                            }
                        },
                        "DA-DRV-033"),
                DriverFault.of(
                        "needs more of a region than it says",
                        needing(new DriverNeeds(
                                SoundProvider.NEEDS.capabilities(),
                                Map.of(RegionId.BAR0, 0x98L),
                                SoundProvider.NEEDS.interruptKinds(),
                                SoundProvider.NEEDS.interruptVectors(),
                                SoundProvider.NEEDS.dmaAddressBits())),
                        "DA-DRV-006"),
                DriverFault.of(
                        "uses a region that it does not state",
                        device -> new SoundDriver(device) {
                            @Override
                            void start() {
                                super.start();
                                device.region(RegionId.CONFIG).read16(0);
                            }
                        },
                        "DA-DRV-006",
                        "DA-DRV-007",
                        "DA-DRV-009"),
                DriverFault.of(
                        "uses a kind of interrupt that it does not state",
                        device -> new SoundDriver(device) {
                            @Override
                            void enable() {
                                interrupts = device.interrupts().enable(InterruptKind.INTX, 1);
                            }
                        },
                        "DA-DRV-006",
                        "DA-DRV-008"),
                DriverFault.of(
                        "resets the device and does not state it",
                        device -> new SoundDriver(device) {
                            @Override
                            void identify() {
                                device.reset();
                                super.identify();
                            }
                        },
                        "DA-DRV-006",
                        "DA-DRV-009"),
                DriverFault.of(
                        "lets memory be anywhere",
                        device -> new SoundDriver(device) {
                            @Override
                            void allocate() {
                                memory = device.dma().allocate(SIZE, DmaConstraints.NONE);
                            }
                        },
                        "DA-DRV-010"));
    }

    private static SoundProvider needing(DriverNeeds needs) {
        return new SoundProvider(SoundDriver::new) {
            @Override
            public DriverNeeds needs() {
                return needs;
            }
        };
    }
}
