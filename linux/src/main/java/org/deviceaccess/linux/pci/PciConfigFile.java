// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.Fcntl;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.FdRegisters;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.sysfs.KernelLockdown;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.PermissionDeniedException;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.CallRegion;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.deviceaccess.spi.region.RegisterCalls;

/** The configuration space of a function, through the file {@code config} of sysfs. */
public final class PciConfigFile implements AutoCloseable {
    private static final Set<AccessWidth> WIDTHS = Set.of(AccessWidth.BITS_8, AccessWidth.BITS_16, AccessWidth.BITS_32);

    private final Fd fd;
    private final Region region;

    private PciConfigFile(Fd fd, Region region) {
        this.fd = fd;
        this.region = region;
    }

    static PciConfigFile open(LibC libc, Sysfs sysfs, Path file, boolean writable) {
        long size = size(file);
        Fd fd = Fd.open(
                libc,
                file.toString(),
                writable ? Fcntl.O_RDWR : Fcntl.O_RDONLY,
                "open configuration space" + (writable ? " for writing" : ""));
        try {
            RegisterCalls calls = new FdRegisters(libc, fd, RegionId.CONFIG, 0);
            if (writable) {
                tryToWrite(calls, sysfs);
            }
            if (!showsAll(libc, fd)) {
                calls = new HeaderOnly(calls, file);
            }
            RegionInfo info = new RegionInfo(
                    RegionId.CONFIG, size, RegionInfo.AddressSpace.CONFIGURATION, true, writable, false, WIDTHS);
            return new PciConfigFile(fd, new CallRegion(info, calls));
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    /** Opening is allowed under lockdown, and writing is not: a byte of the vendor id, which cannot be written, tells. */
    private static void tryToWrite(RegisterCalls calls, Sysfs sysfs) {
        try {
            calls.write(PciHeader.VENDOR_ID, AccessWidth.BITS_8, calls.read(PciHeader.VENDOR_ID, AccessWidth.BITS_8));
        } catch (PermissionDeniedException e) {
            throw new PermissionDeniedException(new KernelLockdown(sysfs)
                    .explain(
                            Failure.during("write configuration space")
                                    .path(String.valueOf(e.path()))
                                    .errno(Objects.requireNonNull(e.errno()))
                                    .remedy("See what forbids it, as root: dmesg | tail")
                                    .cause(e),
                            "a security module forbids it (SELinux, AppArmor)"));
        }
    }

    private static long size(Path file) {
        try {
            long size = Files.size(file);
            if (size != PciHeader.CONFIG_SIZE && size != PciHeader.EXTENDED_CONFIG_SIZE) {
                throw Sysfs.malformed(file, "it has " + size + " bytes, where PCI has 256 or 4096");
            }
            return size;
        } catch (AccessDeniedException e) {
            throw new PermissionDeniedException(Failure.during("open configuration space")
                    .because("a directory on the way to it may not be looked into")
                    .path(file.toString())
                    .remedy("See whose they are: namei -l " + file)
                    .cause(e));
        } catch (IOException e) {
            throw new DeviceNotFoundException(Failure.during("open configuration space")
                    .path(file.toString())
                    .remedy("List the devices there are: deviceaccess list")
                    .cause(e));
        }
    }

    /** Returns whether the kernel shows more than the header, which it does to those with CAP_SYS_ADMIN only. */
    private static boolean showsAll(LibC libc, Fd fd) {
        try (Arena arena = Arena.ofConfined()) {
            long buffer = arena.allocate(1).address();
            int number = fd.acquire();
            try {
                long result = libc.pread(number, buffer, 1, PciHeader.LENGTH);
                return result != 0 && result != -Errnos.EPERM;
            } finally {
                fd.release();
            }
        }
    }

    /** Returns the space, 256 or 4096 bytes; it can be used until this is closed. */
    public Region region() {
        return region;
    }

    @Override
    public void close() {
        fd.close();
    }

    /** What others than root get: the first 64 bytes. */
    private record HeaderOnly(RegisterCalls calls, Path file) implements RegisterCalls {
        @Override
        public long read(long offset, AccessWidth width) {
            check(offset, "read");
            return calls.read(offset, width);
        }

        @Override
        public void write(long offset, AccessWidth width, long value) {
            check(offset, "write");
            calls.write(offset, width, value);
        }

        private void check(long offset, String what) {
            if (offset >= PciHeader.LENGTH) {
                throw new PermissionDeniedException(
                        Failure.during(what + " offset 0x" + Long.toHexString(offset) + " of " + RegionId.CONFIG)
                                .because("the kernel shows only the first 64 bytes to this process")
                                .path(file.toString())
                                .remedy("Run as root, or open the device over a backend, which has its own way"));
            }
        }
    }
}
