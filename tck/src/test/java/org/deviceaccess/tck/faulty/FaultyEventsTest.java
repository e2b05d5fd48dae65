// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faulty;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceEvent;
import org.deviceaccess.spi.DeviceEvents;
import org.deviceaccess.tck.probe.ForwardingDevice;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit finds faults of the events of a device. */
@Execution(ExecutionMode.CONCURRENT)
class FaultyEventsTest {
    @ParameterizedTest
    @MethodSource
    void faults(Fault fault) {
        fault.assertFound();
    }

    static Stream<Fault> faults() {
        return Stream.of(
                Fault.of(
                        "ends waits for events early",
                        Faulty.device(opened -> new Changed(opened) {
                            @Override
                            Optional<DeviceEvent> await(DeviceEvents real, Set<DeviceEvent> wanted, Duration timeout)
                                    throws InterruptedException {
                                return real.await(
                                        wanted, timeout.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ZERO : timeout);
                            }
                        }),
                        "DA-EVENT-001"),
                Fault.of(
                        "loses events",
                        Faulty.device(opened -> new Changed(opened) {
                            @Override
                            void trigger(DeviceEvents real, DeviceEvent event) {
                                real.kinds();
                            }
                        }),
                        "DA-EVENT-003",
                        "DA-EVENT-004",
                        "DA-EVENT-005"),
                Fault.of(
                        "gives an event to one waiter only",
                        Faulty.device(opened -> new Changed(opened) {
                            private final Set<DeviceEvent> taken = EnumSet.noneOf(DeviceEvent.class);

                            @Override
                            void trigger(DeviceEvents real, DeviceEvent event) {
                                synchronized (taken) {
                                    taken.remove(event);
                                }
                                real.trigger(event);
                            }

                            @Override
                            Optional<DeviceEvent> await(DeviceEvents real, Set<DeviceEvent> wanted, Duration timeout)
                                    throws InterruptedException {
                                Optional<DeviceEvent> event = real.await(wanted, timeout);
                                synchronized (taken) {
                                    return event.filter(taken::add);
                                }
                            }
                        }),
                        "DA-EVENT-004"),
                Fault.of(
                        "remembers an error for ever",
                        Faulty.device(opened -> new Changed(opened) {
                            private volatile boolean error;

                            @Override
                            Optional<DeviceEvent> await(DeviceEvents real, Set<DeviceEvent> wanted, Duration timeout)
                                    throws InterruptedException {
                                Optional<DeviceEvent> event = real.await(wanted, error ? Duration.ZERO : timeout);
                                error |= event.equals(Optional.of(DeviceEvent.ERROR));
                                return event.isEmpty() && error && wanted.contains(DeviceEvent.ERROR)
                                        ? Optional.of(DeviceEvent.ERROR)
                                        : event;
                            }
                        }),
                        "DA-EVENT-005"));
    }

    /** A device whose events are changed. */
    private abstract static class Changed extends ForwardingDevice {
        Changed(DeviceAccess real) {
            super(real);
        }

        Optional<DeviceEvent> await(DeviceEvents real, Set<DeviceEvent> wanted, Duration timeout)
                throws InterruptedException {
            return real.await(wanted, timeout);
        }

        void trigger(DeviceEvents real, DeviceEvent event) {
            real.trigger(event);
        }

        @Override
        public final DeviceEvents events() {
            DeviceEvents events = super.events();
            return new DeviceEvents() {
                @Override
                public Set<DeviceEvent> kinds() {
                    return events.kinds();
                }

                @Override
                public Set<DeviceEvent> triggerable() {
                    return events.triggerable();
                }

                @Override
                public void trigger(DeviceEvent event) {
                    Changed.this.trigger(events, event);
                }

                @Override
                public Optional<DeviceEvent> await(Set<DeviceEvent> wanted, Duration timeout)
                        throws InterruptedException {
                    return Changed.this.await(events, wanted, timeout);
                }
            };
        }
    }
}
