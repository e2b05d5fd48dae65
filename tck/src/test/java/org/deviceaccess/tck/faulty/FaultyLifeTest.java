// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faulty;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DriverClaim;
import org.deviceaccess.spi.DriverClaims;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.deviceaccess.tck.probe.ForwardingDevice;
import org.deviceaccess.tck.probe.ForwardingRegisters;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit finds faults of opening, closing and resetting. */
@Execution(ExecutionMode.CONCURRENT)
class FaultyLifeTest {
    @ParameterizedTest
    @MethodSource
    void faults(Fault fault) {
        fault.assertFound();
    }

    static Stream<Fault> faults() {
        return Stream.of(
                Fault.of(
                        "gives a device to two drivers",
                        Faulty.device(opened -> new ForwardingDevice(opened) {
                            @Override
                            public DriverClaim claim(String driver) {
                                super.claim(driver).close();
                                return new DriverClaims(address()).claim(driver);
                            }
                        }),
                        "DA-LIFE-016"),
                Fault.of(
                        "lets the second who closes go at once",
                        Faulty.device(opened -> new ForwardingDevice(opened) {
                            private final AtomicBoolean closing = new AtomicBoolean();

                            @Override
                            public void close() {
                                if (closing.compareAndSet(false, true)) {
                                    LockSupport.parkNanos(1_000_000);
                                    super.close();
                                }
                            }

                            @Override
                            public boolean isOpen() {
                                return !closing.get() && super.isOpen();
                            }
                        }),
                        "DA-LIFE-017"),
                Fault.of(
                        "says that it is open when it is closed",
                        Faulty.device(opened -> new ForwardingDevice(opened) {
                            @Override
                            public boolean isOpen() {
                                return true;
                            }
                        }),
                        "DA-LIFE-001",
                        "DA-LIFE-002",
                        "DA-LIFE-003",
                        "DA-THREAD-006"),
                Fault.of(
                        "hands out interrupts when it is closed",
                        Faulty.device(opened -> new ForwardingDevice(opened) {
                            private final InterruptSupport support = opened.interrupts();

                            @Override
                            public InterruptSupport interrupts() {
                                return support;
                            }
                        }),
                        "DA-LIFE-004",
                        "DA-THREAD-006"),
                Fault.of(
                        "reads zero when it is closed",
                        Faulty.bar0(real -> new ForwardingRegisters(real) {
                            @Override
                            public long read(long offset, AccessWidth width) {
                                try {
                                    return super.read(offset, width);
                                } catch (IllegalStateException e) {
                                    return 0;
                                }
                            }
                        }),
                        "DA-LIFE-006",
                        "DA-THREAD-001"),
                Fault.of(
                        "ignores writes when it is closed",
                        Faulty.bar0(real -> new ForwardingRegisters(real) {
                            @Override
                            public void write(long offset, AccessWidth width, long value) {
                                try {
                                    super.write(offset, width, value);
                                } catch (IllegalStateException e) {
                                    return;
                                }
                            }
                        }),
                        "DA-LIFE-006",
                        "DA-THREAD-002"),
                Fault.of(
                        "closes the first device when it is opened again",
                        Faulty.provider(real -> new ForwardingProvider(real) {
                            private final Set<DeviceAccess> open = ConcurrentHashMap.newKeySet();

                            @Override
                            public DeviceAccess open(DeviceAddress address, Options options) {
                                open.forEach(DeviceAccess::close);
                                open.clear();
                                DeviceAccess device = super.open(address, options);
                                open.add(device);
                                return device;
                            }
                        }),
                        "DA-LIFE-010"),
                Fault.of(
                        "forgets its region when it is asked again",
                        Faulty.device(opened -> new ForwardingDevice(opened) {
                            @Override
                            public Region region(RegionId id) {
                                return new ForwardingRegisters(super.region(id)).region();
                            }
                        }),
                        "DA-REGION-002"),
                Fault.of(
                        "does not reset",
                        Faulty.device(opened -> new ForwardingDevice(opened) {
                            @Override
                            public void reset() {
                                super.regions();
                            }
                        }),
                        "DA-RESET-002",
                        "DA-EVENT-005"),
                Fault.of(
                        "hands out a region that is larger than it says",
                        Faulty.bar0(real -> new ForwardingRegisters(real) {
                            @Override
                            protected RegionInfo info() {
                                RegionInfo info = super.info();
                                return new RegionInfo(
                                        info.id(), 2 * info.size(), info.space(), true, true, false, info.widths());
                            }

                            @Override
                            public long read(long offset, AccessWidth width) {
                                return offset > real.size() - width.bytes() ? 0 : super.read(offset, width);
                            }

                            @Override
                            public void write(long offset, AccessWidth width, long value) {
                                if (offset <= real.size() - width.bytes()) {
                                    super.write(offset, width, value);
                                }
                            }
                        }),
                        "DA-REGION-002",
                        "DA-REGION-005",
                        "DA-REGION-006",
                        "DA-REGION-011"));
    }
}
