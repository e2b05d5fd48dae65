// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck;

import java.util.stream.Stream;
import org.deviceaccess.tck.report.TckReport;
import org.junit.jupiter.api.DynamicNode;

/**
 * Runs the technology compatibility kit.
 *
 * <pre>{@code
 * TckReport report = Tck.run(TckConfig.of("sim:edu"), TckListener.NONE);
 * System.out.print(ConsoleTable.render(report));
 * System.exit(report.judgement().exitCode());
 * }</pre>
 *
 * <p>A driver is tested in the same way, with {@code TckConfig.ofDriver("sim:nvme")}. Or, as a test of a backend's or a
 * driver's own build:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicNode> conformsToTheSpi() {
 *     return Tck.dynamicTests("mine:board0");
 * }
 *
 * @TestFactory
 * Stream<DynamicNode> driverConforms() {
 *     return Tck.dynamicTests(TckConfig.ofDriver("sim:nvme", DriverChoice.of(new MyDriverProvider())));
 * }
 * }</pre>
 *
 * <p>The device must not be in use, and is opened and closed many times. Runs share nothing, but two runs at a time
 * disturb each other's search for what was left behind.
 */
public final class Tck {
    private Tck() {}

    /**
     * Tries all requirements that were asked for.
     *
     * @param config what is to be tested, and how
     * @param listener is told of the progress, and can end the run early
     * @return what came of it; the reports are written when this returns
     * @throws org.deviceaccess.spi.error.DeviceAccessException if the device cannot be opened at all: nothing ran
     * @throws java.io.UncheckedIOException if the reports cannot be written
     */
    public static TckReport run(TckConfig config, TckListener listener) {
        try (TckSession session = new TckSession(config, listener)) {
            return session.runAll();
        }
    }

    /**
     * Returns the requirements of all of a device of the installed backends as tests of a JUnit test factory.
     *
     * @param address the device
     * @return a test for each test of the kit, and one that fails if none of these was executed
     * @throws org.deviceaccess.spi.error.DeviceAccessException if the device cannot be opened at all
     */
    public static Stream<DynamicNode> dynamicTests(String address) {
        return dynamicTests(TckConfig.of(address));
    }

    /**
     * Returns the requirements that were asked for as tests of a JUnit test factory. What does not apply is reported as
     * aborted, with the reason.
     *
     * @param config what is to be tested, and how; its report directory is not used, as JUnit has its own reports
     * @return a test for each test of the kit, and one that fails if none of these was executed
     * @throws org.deviceaccess.spi.error.DeviceAccessException if the device cannot be opened at all
     */
    public static Stream<DynamicNode> dynamicTests(TckConfig config) {
        TckSession session = new TckSession(config, TckListener.NONE);
        return DynamicTck.nodes(session).onClose(session::close);
    }
}
