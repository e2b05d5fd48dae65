// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import java.util.ArrayDeque;
import java.util.Queue;
import org.deviceaccess.backend.sim.network.CardFaults;
import org.jspecify.annotations.Nullable;

/**
 * What can go wrong with a simulated network card, for tests of drivers; obtained with
 * {@code device.unwrap(E1000eFaults.class)}. Safe for use by any thread.
 *
 * <p>Faults of single packets are about those that the card stores next, in the order they are asked for, one for each
 * packet.
 */
public final class E1000eFaults extends CardFaults {
    /**
     * How a packet is described wrongly.
     *
     * @param length its length, or -1 for the true one
     * @param endOfPacket whether it is said to end in its buffer
     * @param errors bits of the descriptor's error byte
     */
    record Description(int length, boolean endOfPacket, int errors) {}

    /** CE: an error of the frame check sequence or of alignment. */
    private static final int FRAME_ERROR = 1;

    private final Queue<Description> next = new ArrayDeque<>(); // guarded by this
    private volatile boolean corruptEeprom;
    private volatile boolean silentEeprom;
    private volatile boolean silentPhy;
    private volatile boolean failingPhy;
    private volatile boolean withheldOwnership;
    private volatile boolean endlessReset;
    private volatile boolean endlessTransfers;

    E1000eFaults() {}

    /**
     * Lies about the length of a packet.
     *
     * @param length what the card says, 0 to 65,535
     */
    public void stateLength(int length) {
        add(new Description(length, true, 0));
    }

    /** Says of a packet that it goes on in the next buffer. */
    public void omitEndOfPacket() {
        add(new Description(-1, false, 0));
    }

    /** Stores a packet that was damaged on the wire. */
    public void damageFrame() {
        add(new Description(-1, true, FRAME_ERROR));
    }

    /** Spoils what the EEPROM holds. */
    public void corruptEeprom() {
        corruptEeprom = true;
    }

    /** Lets the EEPROM not answer any more. */
    public void silenceEeprom() {
        silentEeprom = true;
    }

    /** Lets the PHY not answer any more: MDIC.R is never set. */
    public void silencePhy() {
        silentPhy = true;
    }

    /**
     * Lets accesses to the PHY fail (MDIC.E).
     *
     * @param failing whether they do
     */
    public void failPhy(boolean failing) {
        failingPhy = failing;
    }

    /**
     * Lets the firmware keep PHY and EEPROM to itself: software does not get the ownership of MDIO (EXTCNF_CTRL) or the
     * semaphore (SWSM.SWESMBI).
     *
     * @param withheld whether it does
     */
    public void withholdOwnership(boolean withheld) {
        withheldOwnership = withheld;
    }

    /**
     * Lets a reset never end.
     *
     * @param endless whether it does not
     */
    public void neverFinishReset(boolean endless) {
        endlessReset = endless;
    }

    /** Lets the card say for ever that transfers are under way (STATUS.GIO Master Enable). */
    public void neverFinishTransfers() {
        endlessTransfers = true;
    }

    boolean isEepromCorrupt() {
        return corruptEeprom;
    }

    boolean isEepromSilent() {
        return silentEeprom;
    }

    boolean isPhySilent() {
        return silentPhy;
    }

    boolean isPhyFailing() {
        return failingPhy;
    }

    boolean isOwnershipWithheld() {
        return withheldOwnership;
    }

    boolean isResetEndless() {
        return endlessReset;
    }

    boolean areTransfersEndless() {
        return endlessTransfers;
    }

    synchronized @Nullable Description take() {
        return next.poll();
    }

    private synchronized void add(Description description) {
        next.add(description);
    }
}
