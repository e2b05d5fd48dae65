// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.block;

/** Is told of commands that have ended. Made once and used for many commands. */
@FunctionalInterface
public interface BlockCompletion {
    /**
     * Takes one command back, and with it the ownership of its buffer. May submit further commands to the queue, but
     * neither polls nor closes it.
     *
     * @param token what the command was submitted with
     * @param status how it ended
     * @param deviceStatus what the device said in its own terms, 0 for success; {@link BlockQueue#failure} puts it into
     *     words
     */
    void completed(long token, BlockStatus status, int deviceStatus);
}
