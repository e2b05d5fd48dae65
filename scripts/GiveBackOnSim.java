// SPDX-License-Identifier: Apache-2.0

import module java.base;
import module org.deviceaccess.backend.sim;
import module org.deviceaccess.spi;

/**
 * Runs examples/GiveBack.java on a simulated device, and asks for the device back after a while. For checks/12-examples,
 * which puts the compiled example on the class path.
 */
void main() throws Exception {
    DeviceAccess device = Devices.open("sim:virtio-rng");
    Simulation simulation = device.unwrap(Simulation.class).orElseThrow();
    Thread asking = Thread.startVirtualThread(() -> {
        LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
        simulation.requestRelease();
    });
    Constructor<?> constructor = Class.forName("GiveBack").getDeclaredConstructor();
    constructor.setAccessible(true);
    Object example = constructor.newInstance();
    Method run = example.getClass().getDeclaredMethod("run", DeviceAccess.class);
    run.setAccessible(true);
    run.invoke(example, device);
    asking.join();
    IO.println(device.isOpen() ? "it is open" : "it is closed");
}
