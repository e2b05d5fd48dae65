// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faultydriver;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Stream;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.driver.Driver;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.InterruptsInUseException;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit finds drivers that do not cope with what can go wrong while they are attached, and with bad devices. */
@Execution(ExecutionMode.CONCURRENT)
class FaultyAttachTest {
    @ParameterizedTest
    @MethodSource
    void faults(DriverFault fault) {
        fault.assertFound();
    }

    static Stream<DriverFault> faults() {
        return Stream.concat(failures(), badDevices());
    }

    private static Stream<DriverFault> failures() {
        return Stream.of(
                DriverFault.of(
                        "forgets its memory when the interrupt is refused",
                        device -> new SoundDriver(device) {
                            @Override
                            void enable() {
                                try {
                                    super.enable();
                                } catch (InterruptsInUseException e) {
                                    memory = null;
                                    throw e;
                                }
                            }
                        },
                        "DA-DRV-011"),
                DriverFault.of(
                        "forgets its memory when the device does not start",
                        device -> new SoundDriver(device) {
                            @Override
                            void start() {
                                try {
                                    super.start();
                                } catch (DeviceAccessException e) {
                                    memory = null;
                                    throw e;
                                }
                            }
                        },
                        "DA-DRV-012"),
                DriverFault.of(
                        "swallows a failed access",
                        device -> new SoundDriver(device) {
                            @Override
                            void start() {
                                try {
                                    super.start();
                                } catch (DeviceLostException e) {
                                    return;
                                }
                            }
                        },
                        "DA-DRV-012"),
                DriverFault.of(
                        "wraps a failed access into something else",
                        device -> new SoundDriver(device) {
                            @Override
                            void identify() {
                                try {
                                    super.identify();
                                } catch (DeviceLostException e) {
                                    throw new IllegalArgumentException(e);
                                }
                            }
                        },
                        "DA-DRV-012",
                        "DA-DRV-026",
                        "DA-DRV-028"),
                DriverFault.of(
                        "swallows an interruption",
                        device -> new SoundDriver(device) {
                            @Override
                            void start() {
                                super.start();
                                try {
                                    Thread.sleep(1);
                                } catch (InterruptedException e) {
                                    return;
                                }
                            }
                        },
                        "DA-DRV-013"),
                DriverFault.of(
                        "believes that a device it has seen is as it left it",
                        new SoundProvider(SoundDriver::new) {
                            private final Set<DeviceAccess> seen =
                                    Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

                            @Override
                            public Driver attach(DeviceAccess device) {
                                return device.claim(name()).hold(claim -> {
                                    SoundDriver driver = new SoundDriver(device);
                                    driver.claim = claim;
                                    if (seen.contains(device) && driver.bar.read32(SoundDriver.LIVENESS) != -1) {
                                        throw new DeviceFaultException(SoundDriver.failure("it was changed"));
                                    }
                                    driver.attach();
                                    seen.add(device);
                                    return driver;
                                });
                            }
                        },
                        "DA-DRV-024",
                        "DA-DRV-025"));
    }

    private static Stream<DriverFault> badDevices() {
        return Stream.of(
                DriverFault.of(
                        "takes ones for a device",
                        device -> new SoundDriver(device) {
                            @Override
                            void identify() {
                                int id = bar.read32(0);
                                if (id != -1 && (id & 0xff) != 0xed) {
                                    throw new DeviceFaultException(failure("it is no edu device"));
                                }
                            }
                        },
                        "DA-DRV-026"),
                DriverFault.of(
                        "waits for ones to go",
                        device -> new SoundDriver(device) {
                            @Override
                            void awaitIdle() {
                                while ((bar.read32(DMA_COMMAND) & 1) != 0) {
                                    Thread.onSpinWait();
                                }
                            }
                        },
                        "DA-DRV-028",
                        "DA-DRV-029"),
                DriverFault.of(
                        "takes zeros for a device",
                        device -> new SoundDriver(device) {
                            @Override
                            void identify() {
                                if (bar.read32(0) == -1) {
                                    throw new DeviceLostException(failure("it reads as all ones"));
                                }
                            }

                            @Override
                            void start() {
                                bar.write32(STATUS, 0x80);
                            }
                        },
                        "DA-DRV-027"),
                DriverFault.of(
                        "leaves the interrupt enabled when the device is lost",
                        device -> new SoundDriver(device) {
                            @Override
                            void release() {
                                try {
                                    stop();
                                } catch (DeviceLostException e) {
                                    return;
                                } catch (IllegalStateException e) {
                                    if (device.isOpen()) {
                                        throw e;
                                    }
                                }
                                giveBack();
                                disable();
                            }
                        },
                        "DA-DRV-028",
                        "DA-DRV-029"),
                DriverFault.of(
                        "breaks when the device vanishes",
                        device -> new SoundDriver(device) {
                            @Override
                            void awaitIdle() {
                                if (bar.read32(DMA_COMMAND) == -1) {
                                    throw new IllegalStateException("no idea");
                                }
                            }
                        },
                        "DA-DRV-028",
                        "DA-DRV-029"));
    }
}
