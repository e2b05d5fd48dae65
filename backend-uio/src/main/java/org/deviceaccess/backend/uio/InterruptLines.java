// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.pci.CommandRegister;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.jspecify.annotations.Nullable;

/** Finds out, by trying, whether a device has an interrupt and what switches it. */
final class InterruptLines {
    private InterruptLines() {}

    /**
     * Switches the interrupt off, and returns what it was switched with.
     *
     * @param libc the C library
     * @param node the device's file
     * @param command the command register, or {@code null} if the device is no PCI device
     * @return the interrupt, off where it can be; nothing if the device has none
     */
    static Optional<InterruptLine> find(LibC libc, Fd node, @Nullable CommandRegister command) {
        ByDriver byDriver = new ByDriver(libc, node);
        long result = byDriver.write(false);
        if (result == Integer.BYTES) {
            return Optional.of(byDriver);
        }
        // uio_write of drivers/uio/uio.c: EIO without an interrupt, ENOSYS where the driver cannot switch it.
        if (result == -Errnos.EIO) {
            return Optional.empty();
        }
        if (result != -Errnos.ENOSYS) {
            throw byDriver.failed(false, result);
        }
        return Optional.of(command != null && command.disableIntx() ? new ByCommand(command) : new Always());
    }

    /** Switched by the kernel driver, which knows what kind of interrupt it is. */
    private static final class ByDriver implements InterruptLine {
        private final LibC libc;
        private final Fd node;
        private final MemorySegment off;
        private final MemorySegment on;

        ByDriver(LibC libc, Fd node) {
            this.libc = libc;
            this.node = node;
            Arena arena = Arena.ofAuto();
            this.off = arena.allocateFrom(ValueLayout.JAVA_INT, 0);
            this.on = arena.allocateFrom(ValueLayout.JAVA_INT, 1);
        }

        @Override
        public InterruptInfo info() {
            return new InterruptInfo(InterruptKind.UIO, 1, true, true, false);
        }

        long write(boolean interrupt) {
            int number = node.acquire();
            try {
                return libc.write(number, (interrupt ? on : off).address(), Integer.BYTES);
            } finally {
                node.release();
            }
        }

        @Override
        public void let(boolean interrupt) {
            long result = write(interrupt);
            if (result != Integer.BYTES) {
                throw failed(interrupt, result);
            }
        }

        RuntimeException failed(boolean interrupt, long result) {
            Failure failure = Failure.during("switch the interrupt " + (interrupt ? "on" : "off"))
                    .path(node.name());
            if (result >= 0 || result == -Errnos.EIO) {
                return new DeviceLostException(failure.because("the device has lost its interrupt")
                        .errno(Errnos.of(Errnos.EIO))
                        .remedy("Close the device; when it is back, open it again"));
            }
            return KernelErrors.of(result, failure);
        }
    }

    /** The line of a PCI device, which the kernel masks at each interrupt by the same bit. */
    private record ByCommand(CommandRegister command) implements InterruptLine {
        @Override
        public InterruptInfo info() {
            return new InterruptInfo(InterruptKind.INTX, 1, true, true, false);
        }

        @Override
        public void let(boolean interrupt) {
            if (interrupt) {
                command.allowIntx();
            } else {
                command.disableIntx();
            }
        }
    }

    /** An interrupt that nothing switches: it is counted whether or not anybody waits. */
    private record Always() implements InterruptLine {
        @Override
        public InterruptInfo info() {
            return new InterruptInfo(InterruptKind.UIO, 1, false, false, false);
        }

        @Override
        public void let(boolean interrupt) {
            // There is nothing to be done: it is always let.
        }
    }
}
