// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.util.HexFormat;
import java.util.List;
import org.deviceaccess.backend.sim.model.PciFunction;
import org.deviceaccess.backend.sim.model.PciFunction.Bar;
import org.deviceaccess.backend.sim.model.PciFunction.CapabilityBody;
import org.deviceaccess.spi.pci.PciCapability;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.RegionInfo.AddressSpace;

/**
 * The 256 bytes of configuration space of a function, made from its description. Guarded by the lock of the device.
 *
 * <p>Like the kernel does for VFIO, it keeps the enable bits of MSI and MSI-X to itself: they follow the interrupts that
 * are enabled, and cannot be written.
 */
final class ConfigSpace {
    private static final int COMMAND_WRITABLE = PciHeader.COMMAND_IO
            | PciHeader.COMMAND_MEMORY
            | PciHeader.COMMAND_MASTER
            | PciHeader.COMMAND_INTX_DISABLE
            | 0x140; // parity error response and SERR#, which have no effect here
    private static final int INTERRUPT_LINE = 0x3c;
    private static final int CACHE_LINE_SIZE = 0x0c;
    private static final int BAR_IN_IO_SPACE = 1;
    private static final long FIRST_MEMORY_BASE = 0x8000_0000L;
    private static final long FIRST_IO_BASE = 0xc000;

    private static final int MSI_ENABLE = 0x1;
    private static final int MSI_64_BITS = 0x80;
    private static final String MSI_REST = "00".repeat(10);
    private static final int MSIX_ENABLE = 0x8000;
    private static final String MSIX_REST = "00".repeat(8);

    /** PCI Express Base Specification 4.0, 7.5.3.3 and 7.5.3.4: where they are in the capability, and the bits in them. */
    private static final int DEVICE_CAPABILITIES = 0x04;

    private static final int DEVICE_CONTROL = 0x08;
    private static final int CAN_RESET_FUNCTION = 1 << 28;
    private static final int RESET_FUNCTION = 1 << 15;

    private final byte[] values = new byte[PciHeader.CONFIG_SIZE];
    private final byte[] writable = new byte[PciHeader.CONFIG_SIZE];
    private int msi;
    private int msix;
    private int deviceControl;

    ConfigSpace(PciFunction function) {
        PciId id = function.id();
        put(PciHeader.VENDOR_ID, 2, id.vendor());
        put(PciHeader.DEVICE_ID, 2, id.device());
        put(PciHeader.CLASS_REVISION, 4, id.classCode() << 8 | id.revision());
        put(PciHeader.SUBSYSTEM_VENDOR_ID, 2, id.subsystemVendor());
        put(PciHeader.SUBSYSTEM_ID, 2, id.subsystem());
        put(PciHeader.INTERRUPT_PIN, 1, function.intx() ? 1 : 0);
        allow(PciHeader.COMMAND, 2, COMMAND_WRITABLE);
        allow(INTERRUPT_LINE, 1, 0xff);
        allow(CACHE_LINE_SIZE, 1, 0xff);
        addBars(function);
        addCapabilities(function);
    }

    long read(long offset, AccessWidth width) {
        return get((int) offset, width.bytes());
    }

    void write(long offset, AccessWidth width, long value) {
        for (int i = 0; i < width.bytes(); i++) {
            int at = (int) offset + i;
            byte written = (byte) (value >>> (8 * i));
            values[at] = (byte) ((values[at] & ~writable[at]) | (written & writable[at]));
        }
    }

    /** Returns whether a bit of the command register is set. */
    boolean command(int bit) {
        return (get(PciHeader.COMMAND, 2) & bit) != 0;
    }

    /** Returns whether a function level reset was asked for, and forgets it: the bit reads as zero always. */
    boolean takeFunctionReset() {
        if (deviceControl == 0 || (get(deviceControl, 2) & RESET_FUNCTION) == 0) {
            return false;
        }
        set(deviceControl, RESET_FUNCTION, false);
        return true;
    }

    void setCommand(int bit, boolean on) {
        set(PciHeader.COMMAND, bit, on);
    }

    /** Shows whether the function asserts its line. */
    void setInterruptStatus(boolean asserted) {
        set(PciHeader.STATUS, PciHeader.STATUS_INTERRUPT, asserted);
    }

    /** Turns MSI on with so many vectors, a power of two, or off with 0. */
    void setMsi(int vectors) {
        int control = (int) get(msi + 2, 2) & ~(MSI_ENABLE | 0x70);
        if (vectors > 0) {
            control |= MSI_ENABLE | Integer.numberOfTrailingZeros(vectors) << 4;
        }
        put(msi + 2, 2, control);
    }

    void setMsix(boolean on) {
        set(msix + 2, MSIX_ENABLE, on);
    }

    private void addBars(PciFunction function) {
        long memory = FIRST_MEMORY_BASE;
        long ports = FIRST_IO_BASE;
        for (int number = 0; number < 6; number++) {
            Bar bar = function.bars().get(number);
            if (bar == null) {
                continue;
            }
            int register = PciHeader.BASE_ADDRESS_0 + 4 * number;
            boolean io = bar.space() == AddressSpace.IO;
            long base = io ? up(ports, bar.size()) : up(memory, bar.size());
            put(register, 4, base | (io ? BAR_IN_IO_SPACE : 0));
            allow(register, 4, -bar.size());
            setCommand(io ? PciHeader.COMMAND_IO : PciHeader.COMMAND_MEMORY, true);
            if (io) {
                ports = base + bar.size();
            } else {
                memory = base + bar.size();
            }
        }
    }

    private static long up(long address, long alignment) {
        return (address + alignment - 1) & -alignment;
    }

    private void addCapabilities(PciFunction function) {
        int link = PciHeader.CAPABILITY_LIST;
        int next = PciHeader.LENGTH;
        if (function.msiVectors() > 0) {
            msi = next;
            int control = MSI_64_BITS | Integer.numberOfTrailingZeros(function.msiVectors()) << 1;
            next = addCapability(link, next, PciCapability.MSI, word(control) + MSI_REST);
            link = msi + 1;
        }
        if (function.msixVectors() > 0) {
            msix = next;
            next = addCapability(link, next, PciCapability.MSIX, word(function.msixVectors() - 1) + MSIX_REST);
            link = msix + 1;
        }
        List<CapabilityBody> others = function.capabilities();
        for (CapabilityBody other : others) {
            int at = next;
            next = addCapability(link, at, other.id(), other.body());
            link = at + 1;
            if (other.id() == PciCapability.PCI_EXPRESS
                    && (get(at + DEVICE_CAPABILITIES, 4) & CAN_RESET_FUNCTION) != 0) {
                deviceControl = at + DEVICE_CONTROL;
                allow(deviceControl, 2, RESET_FUNCTION);
            }
        }
    }

    private static String word(int value) {
        return HexFormat.of().toHexDigits((byte) value) + HexFormat.of().toHexDigits((byte) (value >> 8));
    }

    /** Adds a capability to the list and returns where the next one can start. */
    private int addCapability(int link, int at, int id, String body) {
        byte[] bytes = HexFormat.of().parseHex(body);
        int end = at + 2 + bytes.length;
        if (end > PciHeader.CONFIG_SIZE) {
            throw new IllegalArgumentException("the capabilities take more than configuration space has");
        }
        put(PciHeader.STATUS, 2, get(PciHeader.STATUS, 2) | PciHeader.STATUS_CAP_LIST);
        put(link, 1, at);
        put(at, 1, id);
        System.arraycopy(bytes, 0, values, at + 2, bytes.length);
        return (int) up(end, 4);
    }

    private void set(int register, int bit, boolean on) {
        long value = get(register, 2);
        put(register, 2, on ? value | bit : value & ~(long) bit);
    }

    private long get(int offset, int bytes) {
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | (values[offset + i] & 0xff);
        }
        return value;
    }

    private void put(int offset, int bytes, long value) {
        for (int i = 0; i < bytes; i++) {
            values[offset + i] = (byte) (value >>> (8 * i));
        }
    }

    private void allow(int offset, int bytes, long bits) {
        for (int i = 0; i < bytes; i++) {
            writable[offset + i] = (byte) (bits >>> (8 * i));
        }
    }
}
