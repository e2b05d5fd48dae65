// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deviceaccess.spi.pci.PciHeader;

/**
 * The base address registers of a function as they are now. The lowest bits are fixed and tell the kind, so a register
 * with any of them is implemented; one that is 0 may be a BAR for 32-bit memory that nobody has placed, or none.
 */
final class BaseAddresses {
    /** How many there are in a header of type 0. */
    static final int COUNT = 6;

    // linux/pci_regs.h
    private static final int PCI_BASE_ADDRESS_SPACE_IO = 0x1;
    private static final int PCI_BASE_ADDRESS_MEM_TYPE_MASK = 0x6;
    private static final int PCI_BASE_ADDRESS_MEM_TYPE_64 = 0x4;
    private static final int PCI_HEADER_TYPE = 0xe;
    private static final int PCI_HEADER_TYPE_MASK = 0x7f;

    private final int[] registers;

    private BaseAddresses(int[] registers) {
        this.registers = registers;
    }

    /** Reads them of the file {@code config}, whose first 64 bytes are for everybody; none where it cannot be read. */
    static BaseAddresses read(Path config) {
        byte[] header;
        try (InputStream in = Files.newInputStream(config)) {
            header = in.readNBytes(PciHeader.LENGTH);
        } catch (IOException unreadable) {
            return new BaseAddresses(new int[COUNT]); // whoever opens the device is told
        }
        int[] registers = new int[COUNT];
        if (header.length == PciHeader.LENGTH && (header[PCI_HEADER_TYPE] & PCI_HEADER_TYPE_MASK) == 0) {
            ByteBuffer.wrap(header)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .position(PciHeader.BASE_ADDRESS_0)
                    .asIntBuffer()
                    .get(registers);
        }
        return new BaseAddresses(registers);
    }

    /** Returns whether the function has this BAR for certain: the upper half of a 64-bit one is none. */
    boolean isImplemented(int index) {
        return registers[index] != 0 && registers[index] != -1 && !isUpperHalf(index);
    }

    private boolean isUpperHalf(int index) {
        return index > 0
                && (registers[index - 1] & PCI_BASE_ADDRESS_SPACE_IO) == 0
                && (registers[index - 1] & PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64
                && !isUpperHalf(index - 1);
    }
}
