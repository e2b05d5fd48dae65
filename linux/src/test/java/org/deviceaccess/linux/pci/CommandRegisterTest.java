// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import org.deviceaccess.spi.pci.PciHeader;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.CallRegion;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.deviceaccess.spi.region.RegisterCalls;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The backend and the device's user share one register, and neither undoes what the other does. */
class CommandRegisterTest {
    private static final int MEMORY = PciHeader.COMMAND_MEMORY;
    private static final int MASTER = PciHeader.COMMAND_MASTER;
    private static final int INTX_DISABLE = PciHeader.COMMAND_INTX_DISABLE;
    private static final int SERR = 0x100; // PCI_COMMAND_SERR of linux/pci_regs.h

    private final Function function = new Function();
    private final CommandRegister command = new CommandRegister(function.region());
    private final Region view = command.view();

    /** A function's configuration space, in which something can happen between a read and what follows. */
    private static final class Function implements RegisterCalls {
        private final byte[] bytes = new byte[PciHeader.CONFIG_SIZE];
        private volatile @Nullable Runnable afterNextRead;

        Region region() {
            return new CallRegion(
                    new RegionInfo(
                            RegionId.CONFIG,
                            bytes.length,
                            RegionInfo.AddressSpace.CONFIGURATION,
                            true,
                            true,
                            false,
                            EnumSet.range(AccessWidth.BITS_8, AccessWidth.BITS_32)),
                    this);
        }

        synchronized int command() {
            return bytes[PciHeader.COMMAND] & 0xff | (bytes[PciHeader.COMMAND + 1] & 0xff) << 8;
        }

        /** What uio_pci_generic does at an interrupt. */
        synchronized void kernelMasks() {
            bytes[PciHeader.COMMAND + 1] |= INTX_DISABLE >> 8;
        }

        @Override
        public long read(long offset, AccessWidth width) {
            long value = 0;
            synchronized (this) {
                for (int i = width.bytes() - 1; i >= 0; i--) {
                    value = value << 8 | bytes[(int) offset + i] & 0xff;
                }
            }
            Runnable then = afterNextRead;
            if (then != null) {
                afterNextRead = null;
                then.run();
            }
            return value;
        }

        @Override
        public synchronized void write(long offset, AccessWidth width, long value) {
            for (int i = 0; i < width.bytes(); i++) {
                bytes[(int) offset + i] = (byte) (value >>> 8 * i);
            }
        }
    }

    /** Lets another thread do something between the read and the write of a change, or find out that it has to wait. */
    private void inBetween(Runnable other, Runnable change) throws InterruptedException {
        Thread thread = new Thread(other);
        function.afterNextRead = () -> {
            thread.start();
            while (thread.getState() != Thread.State.BLOCKED && thread.getState() != Thread.State.TERMINATED) {
                Thread.onSpinWait();
            }
        };
        change.run();
        assertTrue(thread.join(Duration.ofSeconds(60)), "the other thread still waits");
    }

    @Test
    void aWriteByTheUserTakesTurnsWithEachChangeByTheBackend() throws InterruptedException {
        List<Consumer<CommandRegister>> changes = List.of(
                CommandRegister::enableDecoding,
                CommandRegister::enable,
                CommandRegister::stopBusMastering,
                CommandRegister::disableIntx,
                it -> it.preserve(() -> {}));
        for (int i = 0; i < changes.size(); i++) {
            view.write16(PciHeader.COMMAND, MEMORY | MASTER);
            Consumer<CommandRegister> change = changes.get(i);
            inBetween(() -> view.write8(PciHeader.COMMAND + 1, SERR >> 8), () -> change.accept(command));
            assertEquals(SERR, function.command() & SERR, "the user's write is lost beside change " + i);
        }
    }

    @Test
    void anUnmaskIsNotLostBesideAWriteByTheUser() throws InterruptedException {
        command.disableIntx();
        inBetween(command::allowIntx, () -> view.write16(PciHeader.COMMAND, MEMORY | SERR));
        assertEquals(MEMORY | SERR, function.command());
        command.disableIntx();
        inBetween(() -> view.write16(PciHeader.COMMAND, MEMORY), command::allowIntx);
        assertEquals(MEMORY, function.command());
    }

    /** The driver reads the register, the unmask comes, and the driver writes what it has read. */
    @Test
    void anUnmaskIsNotUndoneByWhatTheUserReadBefore() {
        command.disableIntx();
        for (Runnable readAndWrite : changesBy(command::allowIntx)) {
            command.disableIntx();
            readAndWrite.run();
            assertEquals(0, function.command() & INTX_DISABLE);
            assertEquals(SERR, function.command() & SERR);
        }
    }

    /** The driver reads the register, an interrupt comes and is masked by the kernel, and the driver writes. */
    @Test
    void aMaskOfTheKernelIsNotUndoneByWhatTheUserReadBefore() {
        command.disableIntx();
        for (Runnable readAndWrite : changesBy(function::kernelMasks)) {
            command.allowIntx();
            readAndWrite.run();
            assertEquals(INTX_DISABLE, function.command() & INTX_DISABLE);
            command.allowIntx();
            assertEquals(0, function.command() & INTX_DISABLE);
        }
    }

    private List<Runnable> changesBy(Runnable between) {
        return List.of(
                () -> {
                    int value = view.read8(PciHeader.COMMAND + 1);
                    between.run();
                    view.write8(PciHeader.COMMAND + 1, value | SERR >> 8);
                },
                () -> {
                    int value = view.read16(PciHeader.COMMAND);
                    between.run();
                    view.write16(PciHeader.COMMAND, value | SERR);
                },
                () -> {
                    int value = view.read32(PciHeader.COMMAND);
                    between.run();
                    view.write32(PciHeader.COMMAND, value & 0xffff | SERR);
                });
    }

    /** What the kernel sets between the backend's read and its write must survive a write of the lower byte. */
    @Test
    void aMaskOfTheKernelSurvivesAWriteOfOtherBits() {
        command.disableIntx();
        command.allowIntx();
        function.afterNextRead = function::kernelMasks;
        view.write16(PciHeader.COMMAND, MEMORY | MASTER);
        assertEquals(MEMORY | MASTER | INTX_DISABLE, function.command());
    }

    @Test
    void theUserHasAnIntxDisableBitOfItsOwn() {
        command.disableIntx();
        assertEquals(0, view.read16(PciHeader.COMMAND) & INTX_DISABLE);
        view.write16(PciHeader.COMMAND, INTX_DISABLE);
        assertEquals(INTX_DISABLE, view.read32(PciHeader.COMMAND));
        assertEquals(INTX_DISABLE >> 8, view.read8(PciHeader.COMMAND + 1));
        assertEquals(0, view.read8(PciHeader.COMMAND));
        command.allowIntx();
        assertEquals(INTX_DISABLE, function.command(), "the user does not want it");
        view.write8(PciHeader.COMMAND + 1, 0);
        assertEquals(0, function.command());
    }

    @Test
    void theStatusRegisterBesideItIsWrittenToo() {
        command.disableIntx();
        view.write32(PciHeader.COMMAND, 0xf900_0000 | MEMORY);
        assertEquals(MEMORY | INTX_DISABLE, function.command());
        assertEquals(0xf9, function.bytes[PciHeader.STATUS + 1] & 0xff);
        command.allowIntx();
        view.write16(PciHeader.STATUS, 0x1234);
        assertEquals(0x34, function.bytes[PciHeader.STATUS]);
    }

    @Test
    void afterClosingBusMasteringIsNotSwitchedOn() throws InterruptedException {
        command.enable();
        inBetween(
                () -> assertThrows(IllegalStateException.class, () -> view.write16(PciHeader.COMMAND, MEMORY | MASTER)),
                command::close);
        assertEquals(0, function.command() & MASTER);
        assertThrows(IllegalStateException.class, command::enable);
    }

    @Test
    void whatIsForbiddenIsForbiddenToTheBackendToo() {
        assertTrue(command.forbidBusMastering(() -> new UnsupportedOperationException("forbidden")));
        assertThrows(UnsupportedOperationException.class, command::enable);
        assertThrows(UnsupportedOperationException.class, () -> view.write8(PciHeader.COMMAND, MASTER));
        assertEquals(0, function.command());
    }
}
