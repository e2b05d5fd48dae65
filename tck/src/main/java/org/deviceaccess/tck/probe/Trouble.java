// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.probe;

/**
 * What is wrong with a device.
 *
 * @param failingAccess the register access that throws DeviceLostException, counted from 1; the next ones work. 0 for
 *     none
 * @param vanishingAccess the register access from which on the device is gone: reads answer all ones, writes go nowhere.
 *     0 for none
 * @param refusedRequest the request for memory or interrupts that the backend refuses, counted from 1; 0 for none
 * @param answer what its registers answer
 */
public record Trouble(long failingAccess, long vanishingAccess, long refusedRequest, Answer answer) {
    /** What registers answer. */
    public enum Answer {
        /** What the device says. */
        HONEST,
        /** All ones to reads, as of a device that is not there; writes go nowhere. */
        ONES,
        /** All zeros to reads; writes go nowhere. */
        ZEROS
    }

    /** Nothing is wrong. */
    public static final Trouble NONE = new Trouble(0, 0, 0, Answer.HONEST);

    /** Returns the trouble of one register access that fails. */
    public static Trouble failingAccess(long number) {
        return new Trouble(number, 0, 0, Answer.HONEST);
    }

    /** Returns the trouble of a device that goes away. */
    public static Trouble vanishingAt(long access) {
        return new Trouble(0, access, 0, Answer.HONEST);
    }

    /** Returns the trouble of one request that is refused. */
    public static Trouble refusedRequest(long number) {
        return new Trouble(0, 0, number, Answer.HONEST);
    }

    /** Returns the trouble of registers that answer always the same. */
    public static Trouble answering(Answer answer) {
        return new Trouble(0, 0, 0, answer);
    }
}
