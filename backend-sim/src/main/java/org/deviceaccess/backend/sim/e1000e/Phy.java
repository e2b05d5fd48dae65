// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import java.util.Arrays;
import org.deviceaccess.backend.sim.model.Bus;

/**
 * The PHY inside of the 82574 (82574 datasheet, chapter 9; registers 0 to 15 after IEEE 802.3, clause 22). Whoever is at the
 * other end of the cable can do everything but pause frames.
 */
final class Phy {
    private static final int PAGES = 7;
    private static final int REGISTERS = 32;

    private static final int CONTROL = 0;
    private static final int STATUS = 1;
    private static final int ID_1 = 2;
    private static final int ID_2 = 3;
    private static final int ADVERTISEMENT = 4;
    private static final int PARTNER_ABILITY = 5;
    private static final int EXPANSION = 6;
    private static final int NEXT_PAGE = 7;
    private static final int PARTNER_NEXT_PAGE = 8;
    private static final int CONTROL_1000 = 9;
    private static final int STATUS_1000 = 10;
    private static final int EXTENDED_STATUS = 15;
    /** The first register that is another one on every page. */
    private static final int FIRST_PAGED = 16;

    private static final int SPECIFIC_CONTROL = 16;
    private static final int SPECIFIC_STATUS = 17;
    private static final int INTERRUPT_STATUS = 19;
    private static final int RECEIVE_ERRORS = 21;
    private static final int PAGE = 22;
    private static final int MAC_PAGE = 2;
    private static final int MAC_CONTROL_1 = 16;
    private static final int MAC_CONTROL_2 = 21;
    private static final int LED_PAGE = 3;
    private static final int LED_TIMER = 18;

    private static final int CONTROL_RESET = 1 << 15;
    private static final int CONTROL_SPEED_100 = 1 << 13;
    private static final int CONTROL_NEGOTIATE = 1 << 12;
    private static final int CONTROL_POWER_DOWN = 1 << 11;
    private static final int CONTROL_RESTART = 1 << 9;
    private static final int CONTROL_FULL_DUPLEX = 1 << 8;
    private static final int CONTROL_SPEED_1000 = 1 << 6;
    /** 10BASE-T and 100BASE-X in both duplexes, extended registers, no preamble needed, can negotiate. */
    private static final int STATUS_ABILITIES = 0x7949;

    private static final int STATUS_NEGOTIATED = 1 << 5;
    private static final int STATUS_LINK = 1 << 2;
    private static final int ADVERTISE_ALL = 0x0de1;
    private static final int ADVERTISE_100_FULL = 1 << 8;
    private static final int ADVERTISE_100_HALF = 1 << 7;
    private static final int ADVERTISE_10_FULL = 1 << 6;
    private static final int ADVERTISE_1000_FULL = 1 << 9;
    /** Acknowledged; 10BASE-T and 100BASE-TX in both duplexes. */
    private static final int PARTNER_ABILITIES = 0x41e1;

    private static final int NEXT_PAGE_ABLE = 1 << 2;
    private static final int PAGE_RECEIVED_AND_PARTNER_ABLE = 3;
    /** Both receivers are well, and the partner can do 1000BASE-T in full duplex. */
    private static final int STATUS_1000_LINK = 0x3800;

    private static final int SPECIFIC_DUPLEX = 1 << 13;
    private static final int SPECIFIC_RESOLVED_AND_LINK = 1 << 11 | 1 << 10 | 1 << 3;
    private static final int SPECIFIC_SPEED_SHIFT = 14;
    private static final int SPEED_10 = 0;
    private static final int SPEED_100 = 1;
    private static final int SPEED_1000 = 2;

    private final Bus bus;
    private final Runnable moved;
    private final int[][] pages = new int[PAGES][REGISTERS];
    // Made once, as a register access allocates nothing.
    private final Runnable negotiated = this::negotiated;
    private int page;
    private boolean connected;
    private boolean linkSinceRead;
    private boolean held;
    private volatile boolean talking;

    /**
     * Makes the PHY, which talks to its partner.
     *
     * @param moved told when it begins or ends to talk
     */
    Phy(Bus bus, Runnable moved) {
        this.bus = bus;
        this.moved = moved;
        defaults();
        talking = true;
    }

    private void defaults() {
        for (int[] each : pages) {
            Arrays.fill(each, 0);
        }
        page = 0;
        int[] first = pages[0];
        first[CONTROL] = CONTROL_NEGOTIATE | CONTROL_FULL_DUPLEX | CONTROL_SPEED_1000;
        first[ID_1] = 0x0141;
        first[ID_2] = 0x0cb1;
        first[ADVERTISEMENT] = ADVERTISE_ALL;
        first[NEXT_PAGE] = 0x2001;
        first[CONTROL_1000] = 0x0300;
        first[EXTENDED_STATUS] = 0x3000;
        first[SPECIFIC_CONTROL] = 0x3360;
        pages[MAC_PAGE][MAC_CONTROL_1] = 0x0088;
        pages[MAC_PAGE][MAC_CONTROL_2] = 0x1046;
        pages[LED_PAGE][LED_TIMER] = 0x4005;
    }

    /** The whole function was reset. */
    void reset() {
        defaults();
        held = false;
        talk(true);
    }

    /** Drives its reset pin (CTRL.PHY_RST). */
    void hold(boolean inReset) {
        if (inReset && !held) {
            defaults();
            talk(false);
        }
        if (!inReset && held) {
            negotiate();
        }
        held = inReset;
    }

    /** Returns whether it talks to its partner, so that there can be a link. For any thread. */
    boolean isTalking() {
        return talking;
    }

    /** Says whether there is a partner that talks, too. */
    void connect(boolean now) {
        connected = now;
        linkSinceRead &= now;
    }

    /** Returns whether there is a partner that talks, too, as was said last. */
    boolean isConnected() {
        return connected;
    }

    /** Returns the speed as STATUS.SPEED of the MAC has it. */
    int speed() {
        int control = pages[0][CONTROL];
        if ((control & CONTROL_NEGOTIATE) == 0) {
            return (control & CONTROL_SPEED_1000) != 0
                    ? SPEED_1000
                    : (control & CONTROL_SPEED_100) != 0 ? SPEED_100 : SPEED_10;
        }
        if ((pages[0][CONTROL_1000] & ADVERTISE_1000_FULL) != 0) {
            return SPEED_1000;
        }
        return (pages[0][ADVERTISEMENT] & (ADVERTISE_100_FULL | ADVERTISE_100_HALF)) != 0 ? SPEED_100 : SPEED_10;
    }

    boolean isFullDuplex() {
        int control = pages[0][CONTROL];
        if ((control & CONTROL_NEGOTIATE) == 0) {
            return (control & CONTROL_FULL_DUPLEX) != 0;
        }
        return switch (speed()) {
            case SPEED_1000 -> true;
            case SPEED_100 -> (pages[0][ADVERTISEMENT] & ADVERTISE_100_FULL) != 0;
            default -> (pages[0][ADVERTISEMENT] & ADVERTISE_10_FULL) != 0;
        };
    }

    int read(int register) {
        if (register >= FIRST_PAGED && register != PAGE && page != 0) {
            return page < PAGES ? pages[page][register] : 0;
        }
        boolean negotiating = (pages[0][CONTROL] & CONTROL_NEGOTIATE) != 0;
        return switch (register) {
            case STATUS -> status(negotiating);
            case PARTNER_ABILITY -> connected && negotiating ? PARTNER_ABILITIES : 0;
            case EXPANSION -> NEXT_PAGE_ABLE | (connected && negotiating ? PAGE_RECEIVED_AND_PARTNER_ABLE : 0);
            case STATUS_1000 -> connected && speed() == SPEED_1000 ? STATUS_1000_LINK : 0;
            case SPECIFIC_STATUS -> connected ? specificStatus() : 0;
            case PAGE -> page;
            default -> pages[0][register];
        };
    }

    private int status(boolean negotiating) {
        int value = STATUS_ABILITIES
                | (connected && negotiating ? STATUS_NEGOTIATED : 0)
                // A link that was lost is told once, even if it is back.
                | (linkSinceRead ? STATUS_LINK : 0);
        linkSinceRead = connected;
        return value;
    }

    private int specificStatus() {
        return SPECIFIC_RESOLVED_AND_LINK | speed() << SPECIFIC_SPEED_SHIFT | (isFullDuplex() ? SPECIFIC_DUPLEX : 0);
    }

    void write(int register, int value) {
        if (register >= FIRST_PAGED && register != PAGE && page != 0) {
            if (page < PAGES) {
                pages[page][register] = value;
            }
            return;
        }
        switch (register) {
            case CONTROL -> control(value);
            case PAGE -> page = value & 0xff;
            case STATUS,
                    ID_1,
                    ID_2,
                    PARTNER_ABILITY,
                    EXPANSION,
                    PARTNER_NEXT_PAGE,
                    STATUS_1000,
                    EXTENDED_STATUS,
                    SPECIFIC_STATUS,
                    INTERRUPT_STATUS,
                    RECEIVE_ERRORS -> {
                // Read-only.
            }
            default -> pages[0][register] = value;
        }
    }

    private void control(int value) {
        boolean wasDown = (pages[0][CONTROL] & CONTROL_POWER_DOWN) != 0;
        pages[0][CONTROL] = value & ~(CONTROL_RESET | CONTROL_RESTART);
        if ((value & CONTROL_POWER_DOWN) != 0) {
            talk(false);
        } else if (wasDown || (value & (CONTROL_RESET | CONTROL_RESTART)) != 0) {
            negotiate();
        }
    }

    private void negotiate() {
        talk(false);
        bus.later(negotiated);
    }

    private void negotiated() {
        talk(!held && (pages[0][CONTROL] & CONTROL_POWER_DOWN) == 0);
    }

    private void talk(boolean now) {
        if (talking != now) {
            talking = now;
            moved.run();
        }
    }
}
