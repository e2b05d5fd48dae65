// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.uio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deviceaccess.linux.libc.FileUsers;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.ProcessStatus;
import org.deviceaccess.linux.machine.Machine;
import org.deviceaccess.linux.pci.PciBus;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Options;

/**
 * A tree of sysfs, to be changed by tests: uio3 is a PCI function with two BARs in memory, of which the first has a map,
 * and one in I/O space; uio12 is a platform device with two maps and two port regions.
 */
final class FakeSysfs {
    static final String PCI = "0000:00:10.0";

    final Path root;
    /** The PCI function. */
    final Path function;
    /** Its UIO device. */
    final Path pciUio;
    /** The UIO device that is not PCI. */
    final Path platformUio;

    FakeSysfs(Path root) throws IOException {
        this.root = root;
        function = directory("sys/devices/pci0000:00/" + PCI);
        file(function, "vendor", "0x1234");
        file(function, "device", "0x11e8");
        file(function, "subsystem_vendor", "0x1af4");
        file(function, "subsystem_device", "0x1100");
        file(function, "class", "0x00ff00");
        file(function, "revision", "0x10");
        file(function, "irq", "23");
        file(function, "resource", """
                0x00000000fe700000 0x00000000fe7fffff 0x0000000000040200
                0x00000000fe800800 0x00000000fe8008ff 0x0000000000040200
                0x000000000000c040 0x000000000000c05f 0x0000000000040101
                0x0000000000000000 0x0000000000000000 0x0000000000000000
                0x0000000000000000 0x0000000000000000 0x0000000000000000
                0x0000000000000000 0x0000000000000000 0x0000000000000000
                0x0000000000000000 0x0000000000000000 0x0000000000000000""");
        Files.write(function.resolve("config"), new byte[256]);
        for (int i = 0; i < 3; i++) {
            file(function, "resource" + i, "");
        }
        Files.createSymbolicLink(directory("sys/bus/pci/devices").resolve(PCI), function);
        pciUio = uio(function, "uio3", "uio_pci_generic");
        driver("uio_pci_generic");
        map(pciUio, "map0", "0x00000000fe700000", "0x0", "0x0000000000100000");

        Path platform = directory("sys/devices/platform/LNRO0005:00");
        platformUio = uio(platform, "uio12", "acme");
        map(platformUio, "map0", "0xffff888001234000", "0x10", "0x0000000000001000");
        map(platformUio, "map1", "0x00000000d0000000", "0x0", "0x0000000000003000");
        port(platformUio, "port0", "0x3f8", "0x8", "port_x86");
        port(platformUio, "port1", "0x3", "0x1", "port_gpio");
    }

    private Path uio(Path device, String name, String driverName) throws IOException {
        Path uio = Files.createDirectories(device.resolve("uio").resolve(name));
        file(uio, "name", driverName);
        file(uio, "event", "7");
        file(uio, "dev", "244:3");
        Files.createSymbolicLink(uio.resolve("device"), device);
        Files.createSymbolicLink(directory("sys/class/uio").resolve(name), uio);
        return uio;
    }

    private Path directory(String path) throws IOException {
        return Files.createDirectories(root.resolve(path));
    }

    static void file(Path directory, String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text + "\n");
    }

    static void map(Path uio, String name, String address, String offset, String size) throws IOException {
        Path map = Files.createDirectories(uio.resolve("maps").resolve(name));
        file(map, "addr", address);
        file(map, "offset", offset);
        file(map, "size", size);
        file(map, "name", name);
    }

    static void port(Path uio, String name, String start, String size, String type) throws IOException {
        Path port = Files.createDirectories(uio.resolve("portio").resolve(name));
        file(port, "start", start);
        file(port, "size", size);
        file(port, "porttype", type);
    }

    /** Binds the PCI function to another driver, or to none; its UIO device goes away with uio_pci_generic. */
    void driver(String name) throws IOException {
        directory("sys/bus/pci/drivers/uio_pci_generic");
        Files.deleteIfExists(function.resolve("driver"));
        if (!name.isEmpty()) {
            Files.createSymbolicLink(function.resolve("driver"), directory("sys/bus/pci/drivers/" + name));
        }
    }

    /** Removes a file, or a directory with what is in it. */
    static void remove(Path path) throws IOException {
        try (var files = Files.walk(path)) {
            for (Path each : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(each);
            }
        }
    }

    /** Takes the PCI function's UIO device away. */
    void unbind() throws IOException {
        Files.delete(root.resolve("sys/class/uio/uio3"));
        remove(function.resolve("uio"));
    }

    /** Lets a process have a file open. */
    void user(long pid, String command, Path file) throws IOException {
        Path process = directory("proc/" + pid);
        file(process, "comm", command);
        Files.createSymbolicLink(directory("proc/" + pid + "/fd").resolve("5"), file);
    }

    /** Returns the backend that sees this tree and calls this kernel. */
    UioProvider provider(LibC kernel) {
        return new UioProvider(
                new Machine(bus(), Path.of("/dev"), ProcessStatus.self(), () -> kernel),
                new FileUsers(root.resolve("proc")));
    }

    /** Opens a device by its address, with the options that are said in it. */
    DeviceAccess open(LibC kernel, String text) {
        DeviceAddress address = DeviceAddress.parse(text);
        UioProvider provider = provider(kernel);
        return provider.open(address, Options.of(UioProvider.NAME, provider.options(), address.options()));
    }

    /** Probes a device by its address, with the options that are said in it. */
    Availability probe(LibC kernel, String text) {
        DeviceAddress address = DeviceAddress.parse(text);
        UioProvider provider = provider(kernel);
        return provider.probe(address, Options.of(UioProvider.NAME, provider.options(), address.options()));
    }

    PciBus bus() {
        return new PciBus(new Sysfs(root.resolve("sys")));
    }
}
