// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.edu;

/** One of the two parts of the device that work by themselves once they are started. */
enum Engine {
    /** Status register, bit 0x01: computing; interrupt cause 0x01. */
    FACTORIAL("compute the factorial", EduRegisters.STATUS, 0x001),
    /** DMA command register, bit 0x01: transfer under way; interrupt cause 0x100. */
    DMA("copy by DMA", EduRegisters.DMA_COMMAND, 0x100);

    /** The bit of its register that says that an engine works; the same for both. */
    static final int BUSY = 0x01;

    private final String task;
    private final long register;
    private final int cause;

    Engine(String task, long register, int cause) {
        this.task = task;
        this.register = register;
        this.cause = cause;
    }

    /** Returns what it does, in the infinitive. */
    String task() {
        return task;
    }

    /** Returns the offset of the register whose bit {@link #BUSY} says that it works. */
    long register() {
        return register;
    }

    /** Returns the bit that it sets in the interrupt status register when it is done. */
    int cause() {
        return cause;
    }
}
