// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faulty;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.interrupt.InterruptVector;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.tck.probe.ForwardingDevice;
import org.deviceaccess.tck.probe.ForwardingInterrupts;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit finds faults of interrupts. */
@Execution(ExecutionMode.CONCURRENT)
class FaultyInterruptTest {
    private static final Duration EARLY = Duration.ofMillis(20);
    private static final Duration LATE = Duration.ofMillis(30);

    @ParameterizedTest
    @MethodSource
    void faults(Fault fault) {
        fault.assertFound();
    }

    static Stream<Fault> faults() {
        return Stream.of(
                Fault.of(
                        "loses an event",
                        Faulty.vector(real -> new Miscounting(real, -1)),
                        "DA-REGION-015",
                        "DA-INT-009",
                        "DA-INT-010",
                        "DA-INT-013"),
                Fault.of(
                        "counts an event twice",
                        Faulty.vector(real -> new Miscounting(real, 1)),
                        "DA-REGION-015",
                        "DA-INT-009",
                        "DA-INT-010",
                        "DA-INT-013"),
                Fault.of(
                        "times out early",
                        Faulty.vector(real -> new ForwardingInterrupts.Vector(real) {
                            @Override
                            public long await(Duration timeout) throws InterruptedException {
                                boolean some = timeout.compareTo(EARLY) > 0 && timeout.compareTo(LATE) < 0;
                                return super.await(some ? EARLY : timeout);
                            }
                        }),
                        "DA-INT-007"),
                Fault.of(
                        "keeps the events that it has reported",
                        Faulty.vector(real -> new ForwardingInterrupts.Vector(real) {
                            private boolean repeat = true;

                            @Override
                            public long poll() {
                                long count = super.poll();
                                if (count > 0 && repeat) {
                                    repeat = false;
                                    real.trigger();
                                }
                                return count;
                            }
                        }),
                        "DA-INT-012"),
                Fault.of(
                        "swallows Thread.interrupt",
                        Faulty.vector(real -> new ForwardingInterrupts.Vector(real) {
                            @Override
                            public long await(Duration timeout) {
                                try {
                                    return super.await(timeout);
                                } catch (InterruptedException e) {
                                    return 0;
                                }
                            }
                        }),
                        "DA-INT-014"),
                Fault.of(
                        "allocates when it waits",
                        Faulty.vector(real -> new ForwardingInterrupts.Vector(real) {
                            private volatile Object last = "";

                            @Override
                            public long poll() {
                                last = new long[8];
                                return super.poll();
                            }

                            @Override
                            public String toString() {
                                return last.toString();
                            }
                        }),
                        "DA-INT-028"),
                Fault.of(
                        "ignores masks",
                        Faulty.vector(real -> new ForwardingInterrupts.Vector(real) {
                            @Override
                            public void mask() {
                                super.mask();
                                super.unmask();
                            }
                        }),
                        "DA-INT-021"),
                Fault.of(
                        "does not re-arm the line",
                        Faulty.vector(real -> new ForwardingInterrupts.Vector(real) {
                            @Override
                            public void unmask() {
                                super.mask();
                            }
                        }),
                        "DA-REGION-015",
                        "DA-INT-009",
                        "DA-INT-021",
                        "DA-INT-025"),
                Fault.of(
                        "makes an event by unmasking",
                        Faulty.vector(real -> new ForwardingInterrupts.Vector(real) {
                            private int unmasked;

                            @Override
                            public void unmask() {
                                super.unmask();
                                if (++unmasked == 2) {
                                    super.trigger();
                                }
                            }
                        }),
                        "DA-REGION-015",
                        "DA-INT-009",
                        "DA-INT-022",
                        "DA-INT-025"),
                Fault.of(
                        "lets awaitAny time out early",
                        Faulty.interrupts(enabled -> new ForwardingInterrupts(enabled, vector -> vector) {
                            @Override
                            public int awaitAny(Duration timeout) throws InterruptedException {
                                return super.awaitAny(
                                        timeout.compareTo(Duration.ofSeconds(1)) < 0 ? timeout.dividedBy(2) : timeout);
                            }
                        }),
                        "DA-INT-019"),
                Fault.of(
                        "accepts an index outside of the vectors",
                        Faulty.interrupts(enabled -> new ForwardingInterrupts(enabled, vector -> vector) {
                            @Override
                            public InterruptVector vector(int index) {
                                return super.vector(Math.floorMod(index, info().vectors()));
                            }
                        }),
                        "DA-INT-004"),
                Fault.of(
                        "accepts any number of vectors",
                        Faulty.interruptSupport(support ->
                                new ForwardingInterrupts.Support(support, enabled -> enabled) {
                                    @Override
                                    public Interrupts enable(InterruptKind kind, int vectors) {
                                        return super.enable(kind, Math.clamp(vectors, 1, 1));
                                    }
                                }),
                        "DA-INT-003"),
                Fault.of(
                        "enables interrupts twice",
                        Faulty.device(opened -> new ForwardingDevice(opened) {
                            private final AtomicReference<Interrupts> last = new AtomicReference<>();

                            @Override
                            public InterruptSupport interrupts() {
                                return new ForwardingInterrupts.Support(super.interrupts(), enabled -> enabled) {
                                    @Override
                                    public Interrupts enable(InterruptKind kind, int vectors) {
                                        Interrupts before = last.get();
                                        if (before != null
                                                && real.kinds().stream().anyMatch(i -> i.kind() == kind)) {
                                            before.close();
                                        }
                                        last.set(super.enable(kind, vectors));
                                        return last.get();
                                    }
                                };
                            }
                        }),
                        "DA-INT-005"),
                Fault.of(
                        "ignores the preference of kinds",
                        Faulty.interruptSupport(
                                support -> new ForwardingInterrupts.Support(support, enabled -> enabled) {
                                    @Override
                                    public Interrupts enableFirst(int vectors, InterruptKind... preference) {
                                        return super.enableFirst(vectors, InterruptKind.values());
                                    }
                                }),
                        "DA-INT-029"));
    }

    /** Counts one event more or less, once, when some have come. */
    private static final class Miscounting extends ForwardingInterrupts.Vector {
        private static final int WHEN = 10;

        private final int by;
        private long counted;
        private boolean done;

        Miscounting(InterruptVector real, int by) {
            super(real);
            this.by = by;
        }

        @Override
        public long await(Duration timeout) throws InterruptedException {
            return change(super.await(timeout));
        }

        @Override
        public long poll() {
            return change(super.poll());
        }

        private synchronized long change(long count) {
            counted += count;
            if (count > 0 && counted >= WHEN && !done) {
                done = true;
                return count + by;
            }
            return count;
        }
    }
}
