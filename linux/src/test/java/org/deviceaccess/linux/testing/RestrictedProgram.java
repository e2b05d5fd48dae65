// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.testing;

import java.io.IOException;
import java.nio.file.Path;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DeviceAccessException;

/** Opens a device and allocates memory, in a process that may not do everything; prints what it was refused. */
public final class RestrictedProgram {
    private RestrictedProgram() {}

    public static void main(String[] arguments) {
        try (DeviceAccess device = Devices.open(arguments[0])) {
            System.out.println("opened");
            device.dma().allocate(64 * 1024, DmaConstraints.NONE);
            System.out.println("allocated");
            device.dma().allocate(Long.parseLong(arguments[1]), DmaConstraints.NONE);
            System.out.println("allocated all");
        } catch (DeviceAccessException e) {
            System.out.println(e.getMessage());
        }
    }

    /**
     * Runs the program in a process of its own and returns what it printed.
     *
     * @param wrapper the command that takes rights away from the process: {@code setpriv --bounding-set=-ipc_lock}
     * @param address the device
     * @param bytes how much to allocate, after a first 64 KiB
     */
    public static String run(String wrapper, String address, long bytes) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return Guest.sh(String.join(
                " ",
                wrapper,
                java,
                "-XX:TieredStopAtLevel=1",
                // Without one it would say everything, among what the tests look for.
                "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile", ""),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                "'" + System.getProperty("java.class.path") + "'",
                RestrictedProgram.class.getName(),
                "'" + address + "'",
                Long.toString(bytes)));
    }
}
