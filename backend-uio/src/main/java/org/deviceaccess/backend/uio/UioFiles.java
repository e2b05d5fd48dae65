// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deviceaccess.backend.uio.UioRegionTable.Entry;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.Fcntl;
import org.deviceaccess.linux.libc.Fd;
import org.deviceaccess.linux.libc.FileUsers;
import org.deviceaccess.linux.libc.KernelErrors;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.linux.pci.CommandRegister;
import org.deviceaccess.linux.pci.PciConfigFile;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.region.RegionId;

/**
 * The files of an open device: its lock, {@code /dev/uioN}, and configuration space where it is a PCI device; and what
 * sysfs told of the device before they were opened. What was opened before a refusal is closed again.
 */
final class UioFiles implements AutoCloseable {
    private final Fd lock;
    private final Fd node;
    private final Optional<PciConfigFile> config;
    private final Optional<CommandRegister> command;
    private final Map<RegionId, Entry> entries;
    private final DeviceIdentity identity;

    private UioFiles(
            Fd lock, Fd node, Optional<PciConfigFile> config, Map<RegionId, Entry> entries, DeviceIdentity identity) {
        this.lock = lock;
        this.node = node;
        this.config = config;
        this.command = config.map(file -> new CommandRegister(file.region()));
        this.entries = entries;
        this.identity = identity;
    }

    /**
     * Opens a device for the one user that it can have.
     *
     * @param libc the C library
     * @param device the device
     * @param users finds who has it open
     * @throws DeviceBusyException if somebody else has it open
     * @throws DeviceNotFoundException if its file is not there
     * @throws org.deviceaccess.spi.error.MalformedDeviceException if sysfs describes it in a way that makes no sense
     * @throws DeviceNotBoundException if its driver has let go of it
     * @throws org.deviceaccess.spi.error.PermissionDeniedException if a file may not be opened
     */
    static UioFiles open(LibC libc, UioDevice device, FileUsers users) {
        Fd lock = lock(libc, device, users);
        try {
            // Whoever opens it needs all of it, so who only tries must not find out less.
            Map<RegionId, Entry> entries = UioRegionTable.of(device, libc.getpagesize());
            DeviceIdentity identity = device.identity();
            // Before the file is opened: closing it again would switch off bus mastering for whoever uses the device.
            List<FileUsers.User> others = users.of(Set.of(Path.of(device.node())));
            if (!others.isEmpty()) {
                throw busy(device, others, Failure.during("open " + device.node()));
            }
            Fd node = openNode(libc, device);
            try {
                Optional<PciConfigFile> config = device.function().map(function -> function.openConfig(libc, true));
                return new UioFiles(lock, node, config, entries, identity);
            } catch (RuntimeException e) {
                throw CloseSteps.after(e, node::close);
            }
        } catch (RuntimeException e) {
            throw CloseSteps.after(e, lock::close);
        }
    }

    private static Fd lock(LibC libc, UioDevice device, FileUsers users) {
        // Not the device's file, see above; the directory is there for every user, and locks need no right to write.
        Path directory = device.directory();
        Fd fd = Fd.open(libc, directory.toString(), Fcntl.O_RDONLY, "lock " + device.name());
        int result = fd.tryLock();
        if (result == 0) {
            return fd;
        }
        Failure failure = Failure.during("lock " + device.name());
        throw CloseSteps.after(
                result == -Errnos.EAGAIN
                        ? busy(device, users.of(lockFiles(device)), failure.errno(Errnos.of(Errnos.EAGAIN)))
                        : KernelErrors.of(result, failure.path(directory.toString())),
                fd::close);
    }

    private static Set<Path> lockFiles(UioDevice device) {
        Path node = Path.of(device.node());
        try {
            return Set.of(node, device.directory().toRealPath());
        } catch (IOException gone) {
            return Set.of(node); // who has only locked it is not found then
        }
    }

    private static DeviceBusyException busy(UioDevice device, List<FileUsers.User> users, Failure failure) {
        String who = users.isEmpty() ? "another process" : FileUsers.describe(users);
        return new DeviceBusyException(failure.because(who + " has it open, and a device can have one user at a time")
                .path(device.node())
                .remedy("Close it there, in the process that this names as root: "
                        + RootCommands.forThisUser("fuser -v " + device.node())));
    }

    private static Fd openNode(LibC libc, UioDevice device) {
        String path = device.node();
        int result = libc.open(path, Fcntl.O_RDWR | Fcntl.O_NONBLOCK | Fcntl.O_CLOEXEC);
        if (result >= 0) {
            return new Fd(libc, result, path);
        }
        Failure failure = Failure.during("open " + path).path(path);
        throw switch (-result) {
            case Errnos.ENOENT ->
                new DeviceNotFoundException(failure.because("the kernel has the device, but this process sees a /dev"
                                + " without it (a container, or no udev)")
                        .errno(Errnos.of(Errnos.ENOENT))
                        .remedy("As root: " + RootCommands.forThisUser("mknod " + path + " c " + number(device))
                                + "; in a container, pass " + path + " to it"));
            case Errnos.ENODEV, Errnos.ENXIO -> nothingBehind(device, failure.errno(Errnos.of(-result)));
            default -> KernelErrors.of(result, failure);
        };
    }

    private static DeviceAccessException nothingBehind(UioDevice device, Failure failure) {
        if (!Files.isDirectory(device.directory())) {
            return new DeviceNotBoundException(failure.because("its driver has let go of it")
                    .remedy("Bind it again; deviceaccess list shows the devices there are"));
        }
        return new DeviceNotFoundException(failure.because("the kernel has the device, as number " + number(device)
                        + ", and there is nothing behind the file: it has another number (it was made by hand, or is left"
                        + " over in a container), or the device's driver is about to let go of it")
                .remedy("Compare the numbers: ls -l " + device.node() + "; as root: rm " + device.node() + "; mknod "
                        + device.node() + " c " + number(device)));
    }

    /** Returns major and minor number as mknod(1) wants them. */
    private static String number(UioDevice device) {
        return device.sysfs().text(device.directory().resolve("dev")).replace(':', ' ');
    }

    /** Returns {@code /dev/uioN}; reads and writes of it do not wait. */
    Fd node() {
        return node;
    }

    /** Returns the command register, or nothing if it is no PCI device. */
    Optional<CommandRegister> command() {
        return command;
    }

    /** Returns the regions by their ids, configuration space excepted. */
    Map<RegionId, Entry> entries() {
        return entries;
    }

    /** Returns what the device is. */
    DeviceIdentity identity() {
        return identity;
    }

    /** Closes all; the lock is the last, so that the next user finds the device free. */
    @Override
    public void close() {
        CloseSteps steps = new CloseSteps();
        config.ifPresent(file -> steps.run(file::close));
        steps.run(node::close);
        steps.run(lock::close);
        steps.finish();
    }
}
