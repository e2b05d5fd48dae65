// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.e1000e;

import java.util.Optional;
import org.deviceaccess.backend.sim.e1000e.E1000eModelProvider.Messages;
import org.deviceaccess.backend.sim.model.Bus;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.PciFunction;
import org.deviceaccess.backend.sim.network.CardFaults;
import org.deviceaccess.backend.sim.network.Outlet;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.AccessWidth;
import org.jspecify.annotations.Nullable;

/**
 * An Intel 82574L (Intel 82574 GbE Controller Family Datasheet): its registers, and what accesses to them do.
 *
 * <p>It has what a driver of the port uses: reset, EEPROM, link, the first queue of each direction with legacy
 * descriptors, filters, statistics and interrupts. There are no offloads, no VLANs, no flow control and no PHY registers.
 */
final class E1000eModel implements DeviceModel {
    static final PciId ID = new PciId(0x8086, 0x10d3, 0x8086, 0x0000, 0x020000, 0x00);

    private static final long BAR_SIZE = 0x20000;
    private static final int CTRL = 0x00000;
    private static final int STATUS = 0x00008;
    private static final int EECD = 0x00010;
    private static final int EERD = 0x00014;
    private static final int ICR = 0x000c0;
    private static final int ICS = 0x000c8;
    private static final int IMS = 0x000d0;
    private static final int IMC = 0x000d8;
    private static final int IVAR = 0x000e4;
    private static final int RDT = 0x02818;
    private static final int TDT = 0x03818;
    private static final int RAL = 0x05400;
    private static final int RAH = 0x05404;

    private static final int CTRL_FD = 1;
    private static final int CTRL_GIO_MASTER_DISABLE = 1 << 2;
    private static final int CTRL_SLU = 1 << 6;
    private static final int CTRL_RST = 1 << 26;
    private static final int STATUS_FD = 1;
    private static final int STATUS_LU = 1 << 1;
    private static final int STATUS_1000 = 2 << 6;
    private static final int STATUS_GIO_MASTER_ENABLE = 1 << 19;
    private static final int EECD_READY = 1 << 9 | 1 << 8;
    private static final int EERD_START = 1;
    private static final int EERD_DONE = 1 << 1;
    private static final int EERD_ADDRESS = 0x3fff;
    private static final int RAH_AV = 1 << 31;

    private final E1000eFaults faults = new E1000eFaults();
    private final RegisterFile file = new RegisterFile();
    private final Statistics statistics = new Statistics();
    private final Eeprom eeprom;
    private final Outlet outlet;
    private final Messages messages;
    // Made once, as a register access allocates nothing.
    private final Runnable readWord = this::readWord;
    private final Runnable transmit = this::transmit;
    private @Nullable Bus bus;
    private @Nullable Causes causes;
    private @Nullable Traffic traffic;
    private boolean connected;

    E1000eModel(Eeprom eeprom, Outlet outlet, Messages messages) {
        this.eeprom = eeprom;
        this.outlet = outlet;
        this.messages = messages;
    }

    @Override
    public PciFunction function() {
        PciFunction function =
                PciFunction.of(ID).withMemory(0, BAR_SIZE, AccessWidth.BITS_32).withIntx();
        return switch (messages) {
            case MSIX -> function.withMsix(Causes.VECTORS);
            case MSI -> function.withMsi(1);
            case NONE -> function;
        };
    }

    @Override
    public void powerOn(Bus newBus) {
        bus = newBus;
        causes = new Causes(newBus, messages == Messages.MSIX);
        traffic = new Traffic(newBus, file, statistics, causes, faults, outlet, newBus.onSignal(this::signalled));
        connected = traffic.wire().isConnected();
        faults.onPlugMoved(traffic::plugMoved);
        reset();
    }

    @Override
    public void powerOff() {
        present(traffic).wire().release();
    }

    @Override
    public void reset() {
        faults.heal();
        file.clear();
        statistics.clear();
        present(causes).clear();
        file.set(CTRL, CTRL_FD);
        file.set(EECD, EECD_READY);
        file.set(RAL, eeprom.word(0) | eeprom.word(1) << Short.SIZE);
        file.set(RAH, eeprom.word(2) | RAH_AV);
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        return type == E1000eFaults.class || type == CardFaults.class
                ? Optional.of(type.cast(faults))
                : Optional.empty();
    }

    @Override
    public long read(int bar, long offset, AccessWidth width) {
        lookAtCable();
        int register = (int) offset;
        if (Statistics.has(register)) {
            return statistics.read(register);
        }
        return switch (register) {
            case STATUS -> status();
            case ICR -> present(causes).take();
            case IMS -> present(causes).mask();
            case IVAR -> present(causes).allocation();
            case ICS, IMC -> 0;
            default -> file.get(register);
        };
    }

    @Override
    public void write(int bar, long offset, AccessWidth width, long value) {
        lookAtCable();
        int bits = (int) value;
        switch ((int) offset) {
            case CTRL -> control(bits);
            case EERD -> startReading(bits);
            case ICR -> present(causes).clear(bits);
            case ICS -> present(causes).raise(bits);
            case IMS -> present(causes).unmask(bits);
            case IMC -> present(causes).mask(bits);
            case IVAR -> present(causes).allocate(bits);
            case STATUS, EECD -> {
                // Nothing that it has can be written.
            }
            case TDT -> {
                file.set(TDT, bits);
                present(bus).later(transmit);
            }
            case RDT -> {
                file.set(RDT, bits);
                present(traffic).checkReceiveRing();
            }
            default -> {
                if (!Statistics.has((int) offset)) {
                    file.set(offset, bits);
                }
            }
        }
    }

    private void control(int value) {
        if ((value & CTRL_RST) != 0) {
            reset();
            file.set(CTRL, faults.isResetEndless() ? CTRL_FD | CTRL_RST : CTRL_FD);
            return;
        }
        boolean wasUp = isUp();
        file.set(CTRL, value);
        if (isUp() != wasUp) {
            present(causes).raise(Causes.LSC);
            present(bus).later(transmit);
        }
    }

    private int status() {
        int status = isUp() ? STATUS_FD | STATUS_LU | STATUS_1000 : STATUS_FD;
        boolean mastering = (file.get(CTRL) & CTRL_GIO_MASTER_DISABLE) == 0 || faults.areTransfersEndless();
        return mastering ? status | STATUS_GIO_MASTER_ENABLE : status;
    }

    private boolean isUp() {
        return (file.get(CTRL) & CTRL_SLU) != 0 && connected;
    }

    private void lookAtCable() {
        boolean now = present(traffic).wire().isConnected();
        if (connected != now) {
            connected = now;
            present(causes).raise(Causes.LSC);
            present(bus).later(transmit);
        }
    }

    private void signalled() {
        lookAtCable();
        present(traffic).wire().deliver();
        transmit();
    }

    private void startReading(int value) {
        file.set(EERD, value & ~EERD_DONE);
        if ((value & EERD_START) != 0) {
            present(bus).later(readWord);
        }
    }

    private void readWord() {
        int value = file.get(EERD);
        if ((value & EERD_START) == 0 || faults.isEepromSilent()) {
            return;
        }
        int word = eeprom.word(value >>> 2 & EERD_ADDRESS);
        int answer = faults.isEepromCorrupt() ? word ^ 1 : word;
        file.set(EERD, (value & 0xffff & ~EERD_START) | EERD_DONE | (answer << Short.SIZE));
    }

    private void transmit() {
        if (isUp()) {
            present(traffic).transmit();
        }
    }

    private static <T> T present(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the device is not powered on");
        }
        return part;
    }
}
