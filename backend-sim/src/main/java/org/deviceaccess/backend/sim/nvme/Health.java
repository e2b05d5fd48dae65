// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

/** How the controller is, for the SMART / health information log (NVM Express Base Specification 1.4, 5.14.1.2). */
final class Health {
    /** The temperature in kelvins, always. */
    static final int TEMPERATURE = 300;

    private static final int LENGTH = 512;
    /** Data units are a thousand times 512 bytes. */
    private static final long DATA_UNIT = 1000;

    private static final int TEMPERATURE_WARNING = 1 << 1;

    private final IoExecutor io;
    private final ErrorLog errors;
    private final AsynchronousEvents events;
    private int over;
    private int under;

    Health(IoExecutor io, ErrorLog errors, AsynchronousEvents events) {
        this.io = io;
        this.errors = errors;
        this.events = events;
        resetThresholds();
    }

    static int defaultThreshold(boolean isUnder) {
        return isUnder ? 0 : 0xffff;
    }

    void resetThresholds() {
        over = defaultThreshold(false);
        under = defaultThreshold(true);
    }

    int threshold(boolean isUnder) {
        return isUnder ? under : over;
    }

    /**
     * Sets a threshold of the temperature.
     *
     * @param configuration which critical warnings are told as events (figure 281)
     */
    void setThreshold(boolean isUnder, int value, int configuration) {
        if (isUnder) {
            under = value;
        } else {
            over = value;
        }
        if (isWarning() && (configuration & TEMPERATURE_WARNING) != 0) {
            events.temperature();
        }
    }

    private boolean isWarning() {
        return TEMPERATURE >= over || TEMPERATURE <= under;
    }

    Page page() {
        return new Page(LENGTH)
                .put8(0, isWarning() ? TEMPERATURE_WARNING : 0)
                .put16(1, TEMPERATURE)
                .put8(3, 100) // available spare in percent
                .put8(4, 10) // its threshold
                .put64(32, (io.unitsRead() + DATA_UNIT - 1) / DATA_UNIT)
                .put64(48, (io.unitsWritten() + DATA_UNIT - 1) / DATA_UNIT)
                .put64(64, io.reads())
                .put64(80, io.writes())
                .put64(112, 1) // power cycles
                .put64(176, errors.count());
    }
}
