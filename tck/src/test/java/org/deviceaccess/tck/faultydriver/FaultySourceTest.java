// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.faultydriver;

import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deviceaccess.drivers.virtio.VirtioEntropyDriverProvider;
import org.deviceaccess.spi.entropy.EntropySource;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit finds faults of drivers of entropy sources. */
@Execution(ExecutionMode.CONCURRENT)
class FaultySourceTest {
    @ParameterizedTest
    @MethodSource
    void faults(DriverFault fault) {
        fault.assertFound();
    }

    static Stream<DriverFault> faults() {
        return Stream.of(
                source("nothing", ForwardingSource::new),
                source(
                        "fills one half",
                        real -> new ForwardingSource(real) {
                            @Override
                            public void fill(MemorySegment target) throws InterruptedException {
                                super.fill(target.asSlice(0, target.byteSize() / 2));
                            }
                        },
                        "DA-ENTROPY-001"),
                source(
                        "asks for a byte more",
                        real -> new ForwardingSource(real) {
                            @Override
                            public void fill(MemorySegment target) throws InterruptedException {
                                super.fill(target);
                                super.fill(MemorySegment.ofArray(new byte[1]));
                            }
                        },
                        "DA-ENTROPY-002"),
                source(
                        "ignores memory that it cannot fill",
                        real -> new ForwardingSource(real) {
                            @Override
                            public void fill(MemorySegment target) throws InterruptedException {
                                if (!target.isReadOnly()) {
                                    super.fill(target);
                                }
                            }
                        },
                        "DA-ENTROPY-003"),
                source(
                        "forgets an interruption",
                        real -> new ForwardingSource(real) {
                            @Override
                            public void fill(MemorySegment target) throws InterruptedException {
                                Thread.interrupted();
                                super.fill(target);
                            }
                        },
                        "DA-ENTROPY-004"),
                source(
                        "gives zeros when it is closed",
                        real -> new ForwardingSource(real) {
                            @Override
                            public void fill(MemorySegment target) throws InterruptedException {
                                try {
                                    super.fill(target);
                                } catch (IllegalStateException e) {
                                    return;
                                }
                            }
                        },
                        "DA-ENTROPY-005",
                        "DA-ENTROPY-006"),
                source(
                        "takes a device that is gone for a faulty one",
                        real -> new ForwardingSource(real) {
                            @Override
                            public void fill(MemorySegment target) throws InterruptedException {
                                try {
                                    super.fill(target);
                                } catch (DeviceLostException e) {
                                    throw new DeviceFaultException(
                                            SoundDriver.failure("it is strange").cause(e));
                                }
                            }
                        },
                        "DA-ENTROPY-007"));
    }

    private static DriverFault source(String name, UnaryOperator<EntropySource> change, String... breaks) {
        return new DriverFault(
                name,
                "sim:virtio-rng",
                new ChangedProvider<>(new VirtioEntropyDriverProvider(), EntropySource.class, change),
                Set.of(breaks));
    }
}
