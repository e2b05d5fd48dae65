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
 * <p>It has what a driver of the port uses: reset, EEPROM, PHY, semaphores, link, the first queue of each direction with
 * legacy descriptors (extended ones to receive into, too), filters, statistics and interrupts. There are no offloads, no
 * VLANs and no flow control.
 */
final class E1000eModel implements DeviceModel {
    static final PciId ID = new PciId(0x8086, 0x10d3, 0x8086, 0x0000, 0x020000, 0x00);

    private static final long BAR_SIZE = 0x20000;
    private static final int CTRL = 0x00000;
    private static final int STATUS = 0x00008;
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
    private static final int CTRL_PHY_RST = 1 << 31;
    private static final int CTRL_EXT_EE_RST = 1 << 13;
    private static final int STATUS_FD = 1;
    private static final int STATUS_LU = 1 << 1;
    private static final int STATUS_SPEED_SHIFT = 6;
    private static final int STATUS_DETECTED_SPEED_SHIFT = 8;
    private static final int STATUS_PHYRA = 1 << 10;
    private static final int STATUS_GIO_MASTER_ENABLE = 1 << 19;
    private static final int RAH_AV = 1 << 31;

    private final E1000eFaults faults = new E1000eFaults();
    private final RegisterFile file = new RegisterFile();
    private final Statistics statistics = new Statistics();
    private final Eeprom eeprom;
    private final Outlet outlet;
    private final Messages messages;
    // Made once, as a register access allocates nothing.
    private final Runnable transmit = this::transmit;
    private final Ownership ownership = new Ownership(file, faults);
    private @Nullable Bus bus;
    private @Nullable Causes causes;
    private @Nullable Traffic traffic;
    private @Nullable Nvm nvm;
    private @Nullable Mdio mdio;

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
        causes = new Causes(newBus, file, messages == Messages.MSIX);
        traffic = new Traffic(newBus, file, statistics, causes, faults, outlet, newBus.onSignal(this::signalled));
        nvm = new Nvm(newBus, file, eeprom, faults);
        mdio = new Mdio(newBus, file, causes, phy(), faults);
        phy().connect(traffic.wire().isConnected());
        faults.onPlugMoved(traffic::plugMoved);
        reset();
    }

    @Override
    public void powerOff() {
        present(traffic).wire().release();
    }

    @Override
    public void reset() {
        phy().reset();
        resetController();
    }

    /** Resets everything but the PHY. */
    private void resetController() {
        faults.heal();
        file.clear();
        statistics.clear();
        present(causes).clear();
        Defaults.apply(file);
        present(nvm).reset();
        file.set(CTRL, CTRL_FD);
        file.set(STATUS, STATUS_PHYRA);
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
            case Ownership.SWSM -> ownership.readSemaphores();
            default -> file.get(register);
        };
    }

    @Override
    public void write(int bar, long offset, AccessWidth width, long value) {
        lookAtCable();
        int bits = (int) value;
        switch ((int) offset) {
            case CTRL -> control(bits);
            case Causes.CTRL_EXT -> file.set(Causes.CTRL_EXT, bits & ~CTRL_EXT_EE_RST);
            case Nvm.EECD -> present(nvm).select(bits);
            case Nvm.EERD -> present(nvm).read(bits);
            case Nvm.EEWR -> present(nvm).write(bits);
            case Mdio.MDIC -> present(mdio).write(bits);
            case Ownership.EXTCNF_CTRL -> ownership.request(bits);
            case Ownership.SWSM -> ownership.writeSemaphores(bits);
            case ICR -> present(causes).clear(bits);
            case ICS -> present(causes).raise(bits);
            case IMS -> present(causes).unmask(bits);
            case IMC -> present(causes).mask(bits);
            case IVAR -> present(causes).allocate(bits);
            case STATUS -> file.set(STATUS, file.get(STATUS) & bits & STATUS_PHYRA);
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
            resetController();
            file.set(CTRL, faults.isResetEndless() ? CTRL_FD | CTRL_RST : CTRL_FD);
            return;
        }
        boolean wasUp = isUp();
        file.set(CTRL, value);
        if ((value & CTRL_PHY_RST) != 0) {
            file.set(STATUS, STATUS_PHYRA);
        }
        phy().hold((value & CTRL_PHY_RST) != 0);
        if (isUp() != wasUp) {
            present(causes).raise(Causes.LSC);
            present(bus).later(transmit);
        }
    }

    private int status() {
        int status = file.get(STATUS) | (phy().isFullDuplex() ? STATUS_FD : 0);
        if (isUp()) {
            int speed = phy().speed();
            status |= STATUS_LU | speed << STATUS_SPEED_SHIFT | speed << STATUS_DETECTED_SPEED_SHIFT;
        }
        boolean mastering = (file.get(CTRL) & CTRL_GIO_MASTER_DISABLE) == 0 || faults.areTransfersEndless();
        return mastering ? status | STATUS_GIO_MASTER_ENABLE : status;
    }

    private boolean isUp() {
        return (file.get(CTRL) & CTRL_SLU) != 0 && phy().isConnected();
    }

    private void lookAtCable() {
        boolean now = present(traffic).wire().isConnected();
        if (phy().isConnected() != now) {
            phy().connect(now);
            present(causes).raise(Causes.LSC);
            present(bus).later(transmit);
        }
    }

    private void signalled() {
        lookAtCable();
        present(traffic).wire().deliver();
        transmit();
    }

    private void transmit() {
        if (isUp()) {
            present(traffic).transmit();
        }
    }

    private Phy phy() {
        return present(traffic).phy();
    }

    private static <T> T present(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the device is not powered on");
        }
        return part;
    }
}
