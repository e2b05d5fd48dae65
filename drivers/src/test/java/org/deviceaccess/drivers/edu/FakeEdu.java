// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.edu;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.lenient;
import static org.mockito.Mockito.mock;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.DriverClaims;
import org.deviceaccess.spi.dma.DmaBuffer;
import org.deviceaccess.spi.dma.DmaDirection;
import org.deviceaccess.spi.dma.DmaSegment;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.interrupt.InterruptInfo;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.interrupt.Interrupts;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.CallRegion;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.deviceaccess.spi.region.RegisterCalls;

/** An edu device that answers at once and can be told to lie. Its DMA only notes what it was told. */
class FakeEdu implements RegisterCalls {
    /** One transfer that the device was told to do. */
    record Transfer(long source, long destination, long count, int command) {}

    volatile int identification = 0x0100_00ed;
    volatile boolean vanished;
    volatile boolean computesForEver;
    volatile boolean transfersForEver;
    volatile boolean interrupts = true;
    volatile IntUnaryOperator liveness = value -> ~value;
    volatile IntUnaryOperator factorial = FakeEdu::factorial;
    /** What an interrupt puts into the interrupt status register, from what it should be. */
    volatile IntUnaryOperator cause = value -> value;

    final List<Transfer> transfers = new ArrayList<>();
    final FakeInterrupts raised;
    final DmaBuffer staging = buffer(4095, DmaDirection.BIDIRECTIONAL, new DmaSegment(0, 0x1000, 4095));

    private int alive;
    private int result;
    private int status;
    private int causes;
    private long source;
    private long destination;
    private long count;
    private int command;

    FakeEdu(InterruptKind kind) {
        boolean line = kind == InterruptKind.INTX;
        raised = new FakeInterrupts(new InterruptInfo(kind, 1, line, line, false));
    }

    FakeEdu() {
        this(InterruptKind.MSI);
    }

    static int factorial(int n) {
        int product = 1;
        for (int i = 2; i <= n; i++) {
            product *= i;
        }
        return product;
    }

    @Override
    public synchronized long read(long offset, AccessWidth width) {
        if (vanished) {
            return 0xffff_ffffL;
        }
        return Integer.toUnsignedLong(
                switch ((int) offset) {
                    case 0x00 -> identification;
                    case 0x04 -> liveness.applyAsInt(alive);
                    case 0x08 -> result;
                    case 0x20 -> status;
                    case 0x24 -> causes;
                    case 0x98 -> command;
                    default -> throw new AssertionError("read of offset 0x" + Long.toHexString(offset));
                });
    }

    @Override
    public synchronized void write(long offset, AccessWidth width, long value) {
        if (vanished) {
            return;
        }
        switch ((int) offset) {
            case 0x04 -> alive = (int) value;
            case 0x08 -> compute((int) value);
            case 0x20 -> status = (status & 0x01) | ((int) value & 0x80);
            case 0x60 -> raise((int) value);
            case 0x64 -> acknowledge((int) value);
            case 0x80 -> source = value;
            case 0x88 -> destination = value;
            case 0x90 -> count = value;
            case 0x98 -> transfer((int) value);
            default -> throw new AssertionError("write of offset 0x" + Long.toHexString(offset));
        }
    }

    synchronized boolean isQuiet() {
        return (status & 0x80) == 0 && causes == 0;
    }

    /** Ends a computation that would go on for ever. */
    synchronized void finish() {
        status &= ~0x01;
    }

    private void compute(int n) {
        if (computesForEver) {
            status |= 0x01;
        } else {
            result = factorial.applyAsInt(n);
            if ((status & 0x80) != 0) {
                raise(0x01);
            }
        }
    }

    private void transfer(int value) {
        transfers.add(new Transfer(source, destination, count, value));
        if (transfersForEver) {
            command = value;
        } else {
            command = value & ~0x01;
            if ((value & 0x04) != 0) {
                raise(0x100);
            }
        }
    }

    private void raise(int wanted) {
        causes |= cause.applyAsInt(wanted);
        if (interrupts) {
            raised.raise();
        }
    }

    private void acknowledge(int value) {
        causes &= ~value;
        raised.log.add("acknowledge " + Integer.toHexString(value));
    }

    /** Returns an open device with this behind BAR 0. */
    DeviceAccess device() {
        return device(0x100000, List.of(raised.info()));
    }

    DeviceAccess device(long barSize, List<InterruptInfo> kinds) {
        DeviceAccess device = mock(DeviceAccess.class);
        RegionInfo bar = new RegionInfo(
                RegionId.BAR0,
                barSize,
                RegionInfo.AddressSpace.MEMORY,
                true,
                true,
                false,
                Set.of(AccessWidth.BITS_32, AccessWidth.BITS_64));
        lenient().when(device.address()).thenReturn(DeviceAddress.parse("fake:edu"));
        lenient()
                .when(device.identity())
                .thenReturn(new DeviceIdentity("edu", new PciId(0x1234, 0x11e8, 0, 0, 0xff0000, 0x10), -1));
        DriverClaims claims = new DriverClaims(DeviceAddress.parse("fake:edu"));
        lenient().when(device.claim(any())).thenAnswer(call -> claims.claim(call.getArgument(0)));
        lenient().when(device.isOpen()).thenReturn(true);
        lenient().when(device.capabilities()).thenReturn(Set.of(Capability.DMA, Capability.MSI));
        lenient().when(device.regions()).thenReturn(List.of(bar));
        lenient().when(device.region(RegionId.BAR0)).thenReturn(new CallRegion(bar, this));
        lenient().when(device.interrupts()).thenReturn(new InterruptSupport() {
            @Override
            public List<InterruptInfo> kinds() {
                return kinds;
            }

            @Override
            public Interrupts enable(InterruptKind kind, int vectors) {
                raised.log.add("enable " + kind);
                return raised;
            }
        });
        DmaSupport dma = mock(DmaSupport.class);
        lenient().when(dma.allocate(anyLong(), any())).thenReturn(staging);
        lenient().when(dma.reaches(any())).thenReturn(true);
        lenient().when(device.dma()).thenReturn(dma);
        return device;
    }

    static DmaBuffer buffer(long size, DmaDirection direction, DmaSegment... segments) {
        DmaBuffer buffer = mock(DmaBuffer.class);
        lenient().when(buffer.size()).thenReturn(size);
        lenient().when(buffer.direction()).thenReturn(direction);
        lenient().when(buffer.memory()).thenReturn(MemorySegment.ofArray(new byte[(int) size]));
        lenient().when(buffer.segments()).thenReturn(List.of(segments));
        lenient().when(buffer.deviceAddress(anyLong())).thenAnswer(call -> {
            long offset = call.getArgument(0);
            for (DmaSegment segment : segments) {
                if (offset < segment.offset() + segment.length()) {
                    return segment.deviceAddress() + offset - segment.offset();
                }
            }
            throw new IndexOutOfBoundsException("offset " + offset);
        });
        return buffer;
    }
}
