// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.benchmarks.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.deviceaccess.benchmarks.contest.Contender;
import org.deviceaccess.benchmarks.contest.Measurement;

/** A loop of {@code rings.c}, compiled as a shared library. */
final class Twin implements Contender {
    private static final int BUFFER_SIZE = 2048;
    private static final int DESCRIPTOR = 16;
    private static final long BAR_SIZE = 0x20000;
    private static final long PAGE = 4096;

    private final LongSupplier loop;
    private final int batch;
    private final long batches;

    /**
     * Prepares one.
     *
     * @param function its name, {@code transmit_batches} or {@code receive_batches}
     */
    @SuppressWarnings("restricted") // the benchmark grants itself native access
    Twin(Path library, String function, Arena arena, RingSize size, int batch, long batches) {
        MethodHandle handle = Linker.nativeLinker()
                .downcallHandle(
                        SymbolLookup.libraryLookup(library, arena).findOrThrow(function),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_LONG,
                                ValueLayout.ADDRESS,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG));
        this.loop = MethodHandleProxies.asInterfaceInstance(
                LongSupplier.class,
                MethodHandles.insertArguments(
                        handle,
                        0,
                        arena.allocate(BAR_SIZE, PAGE),
                        arena.allocate((long) DESCRIPTOR * size.descriptors(), PAGE),
                        size.descriptors(),
                        arena.allocate((long) BUFFER_SIZE * size.buffers(), PAGE),
                        size.buffers(),
                        BUFFER_SIZE,
                        batch,
                        batches));
        this.batch = batch;
        this.batches = batches;
    }

    @Override
    public String name() {
        return "C, gcc -O2";
    }

    @Override
    public Measurement work() {
        long nanos = loop.getAsLong();
        if (nanos < 0) {
            throw new IllegalStateException("rings.c lost packets");
        }
        return new Measurement(nanos / 1e9, batches * batch, nanos / 1e9, null, null);
    }
}
