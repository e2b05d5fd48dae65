// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CC;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CC_AMS;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CC_CSS;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CC_CSS_ALL;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CC_ENABLE;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CC_ENTRIES;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CC_IOCQES;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CC_IOSQES;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CC_MPS;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CC_SHN;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CSTS_FATAL;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CSTS_READY;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CSTS_SHUTDOWN_COMPLETE;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.CSTS_SHUTDOWN_UNDER_WAY;
import static org.deviceaccess.backend.sim.nvme.ControllerRegisters.DOORBELLS;

import org.deviceaccess.backend.sim.model.Bus;
import org.deviceaccess.spi.region.AccessWidth;

/** A controller under power: its registers, and its life from disabled to ready and back. */
final class Controller {
    /** What a predecessor's admin queues have as entries and addresses; nothing is mapped there by chance. */
    private static final int LEFT_ENTRIES = 31 << 16 | 31;

    private static final int LEFT_ADDRESS = 0x7ff0_0000;

    private final Bus bus;
    private final Profile profile;
    private final NvmeFaults faults;
    private final ControllerRegisters registers;
    private final QueueSet queues;
    private final AsynchronousEvents events = new AsynchronousEvents();
    private final Features features;
    private final AccessRules rules;
    private final Doorbells doorbells;
    private final Engine engine;
    // Made once, as a register access allocates nothing.
    private final Runnable becomeReady = this::becomeReady;
    private final Runnable becomeIdle = this::becomeIdle;
    private final Runnable shutDown = this::shutDown;
    private final Runnable work;

    Controller(Bus bus, Profile profile, NvmeFaults faults) {
        this.bus = bus;
        this.profile = profile;
        this.faults = faults;
        this.registers = new ControllerRegisters(profile, faults);
        this.queues = new QueueSet(bus, profile.queues());
        Namespaces namespaces = new Namespaces(profile);
        ErrorLog errors = new ErrorLog();
        IoExecutor io = new IoExecutor(namespaces);
        Health health = new Health(io, errors, events);
        this.features = new Features(profile, queues, namespaces, health);
        this.rules = new AccessRules(bus, registers, queues);
        this.doorbells = new Doorbells(profile, registers, rules, queues, events, errors);
        AdminExecutor admin = new AdminExecutor(
                faults,
                queues,
                events,
                new Identify(profile, namespaces),
                new LogPages(profile.version(), errors, health, events, features),
                features);
        this.engine = new Engine(bus, profile, faults, registers, queues, admin, io, errors, events);
        this.work = engine::work;
        leave(profile.predecessor());
    }

    private void leave(Profile.Predecessor predecessor) {
        if (predecessor == Profile.Predecessor.NONE) {
            return;
        }
        registers.write(ControllerRegisters.AQA, LEFT_ENTRIES);
        registers.write(ControllerRegisters.ASQ, LEFT_ADDRESS);
        registers.write(ControllerRegisters.ACQ, LEFT_ADDRESS + Profile.PAGE_SIZE);
        registers.write(CC, CC_ENABLE | CC_ENTRIES);
        if (predecessor == Profile.Predecessor.ENABLED) {
            start();
            return;
        }
        registers.setStatus(predecessor == Profile.Predecessor.FAILED ? CSTS_FATAL : 0);
        faults.stick();
    }

    /** Resets the function. */
    void reset() {
        faults.healFunction();
        clear();
        registers.reset();
    }

    private void clear() {
        queues.clear();
        events.clear();
        features.reset();
    }

    long read(int offset, AccessWidth width) {
        rules.read(offset, width);
        long low = Integer.toUnsignedLong(registers.read(offset));
        return width == AccessWidth.BITS_64 ? low | (long) registers.read(offset + 4) << Integer.SIZE : low;
    }

    void write(int offset, AccessWidth width, long value) {
        rules.writeWidth(offset, width);
        if (offset >= DOORBELLS) {
            if (doorbells.ring(offset - DOORBELLS, width, (int) value)) {
                bus.later(work);
            }
            return;
        }
        write(offset, (int) value);
        if (width == AccessWidth.BITS_64) {
            write(offset + 4, (int) (value >>> Integer.SIZE));
        }
    }

    private void write(int offset, int value) {
        rules.write(offset, value);
        if (offset == CC) {
            configure(value);
        } else {
            registers.write(offset, value);
        }
    }

    private void configure(int value) {
        int changed = registers.configuration() ^ value;
        registers.write(CC, value);
        if ((changed & CC_ENABLE) != 0) {
            clear();
            if ((value & CC_ENABLE) != 0) {
                bus.later(becomeReady);
            } else {
                faults.heal();
                bus.later(becomeIdle);
            }
        }
        if ((changed & CC_SHN) != 0 && (value & CC_SHN) != 0) {
            registers.setShutdown(CSTS_SHUTDOWN_UNDER_WAY);
            bus.later(shutDown);
        }
    }

    private void becomeReady() {
        if (!registers.isEnabled() || faults.isNeverReady() || faults.isStuck()) {
            return;
        }
        if (!takesConfiguration()) {
            bus.fault("nvme was enabled with the configuration 0x" + Integer.toHexString(registers.configuration()));
            registers.setStatus(CSTS_FATAL);
        } else if (faults.takeFailingStart()) {
            registers.setStatus(CSTS_FATAL);
        } else {
            start();
        }
    }

    private boolean takesConfiguration() {
        int configuration = registers.configuration();
        int set = configuration & CC_CSS;
        return (configuration & (CC_IOSQES | CC_IOCQES)) == CC_ENTRIES
                && (configuration & (CC_MPS | CC_AMS)) == 0
                && (set == 0 || (set == CC_CSS_ALL && profile.hasCommandSets()));
    }

    private void start() {
        queues.createAdmin(
                registers.adminSubmission(),
                registers.submissionEntries(),
                registers.adminCompletion(),
                registers.completionEntries());
        registers.setStatus(CSTS_READY);
    }

    private void becomeIdle() {
        if (!registers.isEnabled() && !faults.isStuck()) {
            registers.resetController();
        }
    }

    private void shutDown() {
        if (registers.isShuttingDown() && !faults.isNeverShutDown() && !faults.isStuck()) {
            registers.setShutdown(CSTS_SHUTDOWN_COMPLETE);
        }
    }
}
