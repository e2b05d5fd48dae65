// SPDX-License-Identifier: Apache-2.0

import module java.base;
import module org.deviceaccess.spi;

/**
 * Runs examples/PacketGenerator.java and examples/PacketForwarder.java on simulated cards in one JVM: from a card through
 * the forwarder's two to a fourth. For checks/12-examples, which puts the compiled examples on the class path.
 *
 * <p>They share the {@code Devices}, so that their cards share the wires.
 */
void main(String[] arguments) throws Exception {
    String card = "sim:e1000e?latency=0&mac=02:00:00:00:00:0%d&wire=%s";
    Devices devices = Devices.installed();
    Object forwarder = example("PacketForwarder");
    Thread forwarding = Thread.ofPlatform()
            .start(() -> run(forwarder, devices, card.formatted(2, "a"), card.formatted(3, "b")));
    String from = card.formatted(1, "a");
    String to = card.formatted(4, "b");
    int code = 1;
    // Until the forwarder is ready, what is sent to it is lost.
    for (int tries = 0; code != 0 && tries < 20; tries++) {
        code = run(example("PacketGenerator"), devices, "--count", "1", from, to);
    }
    if (code == 0) {
        String[] all = Stream.concat(Stream.of(arguments), Stream.of(from, to)).toArray(String[]::new);
        code = run(example("PacketGenerator"), devices, all);
    }
    // As its shutdown hook does.
    Field stopped = forwarder.getClass().getDeclaredField("stopped");
    stopped.setAccessible(true);
    ((AtomicBoolean) stopped.get(forwarder)).set(true);
    forwarding.join();
    System.exit(code);
}

/** Makes the object whose methods a file without a class declaration holds. */
Object example(String name) throws ReflectiveOperationException {
    Constructor<?> constructor = Class.forName(name).getDeclaredConstructor();
    constructor.setAccessible(true);
    return constructor.newInstance();
}

int run(Object example, Devices devices, String... arguments) {
    try {
        Method run = example.getClass().getDeclaredMethod("run", Devices.class, String[].class);
        run.setAccessible(true);
        return (int) run.invoke(example, devices, arguments);
    } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
    }
}
