// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.deviceaccess.backend.sim.model.Bus;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.PciFunction;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.pci.PciCapability;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.AccessWidth;
import org.jspecify.annotations.Nullable;

/**
 * A virtio device on PCI (virtio 1.2, 4.1): modern only, with its registers where QEMU has them, split virtqueues with event
 * index and indirect descriptors, MSI-X and INTx.
 */
final class VirtioModel implements DeviceModel, VirtioQueue.Owner {
    /** Which interrupts a device has. */
    enum Kinds {
        MSIX,
        LINE
    }

    static final OptionKey<Kinds> INTERRUPTS = OptionKey.choice(
            "interrupts", "Which interrupts the device has: messages beside its line, or the line alone.", Kinds.MSIX);

    private static final int BAR = 4;
    private static final int BAR_SIZE = 0x4000;
    private static final int STRUCTURE = 0x1000;
    private static final int ISR = 0x1000;
    private static final int SPECIFIC = 0x2000;
    private static final int NOTIFY = 0x3000;
    private static final int NOTIFY_MULTIPLIER = 4;
    private static final int QUEUE_SIZE = 256;

    private static final long INDIRECT_DESC = 1L << 28;
    private static final long EVENT_IDX = 1L << 29;
    private static final long VERSION_1 = 1L << 32;
    private static final long ACCESS_PLATFORM = 1L << 33;

    private static final int FEATURES_OK = 8;
    private static final int DRIVER_OK = 4;
    private static final int NEEDS_RESET = 64;
    private static final int ISR_QUEUE = 1;

    private final DeviceType type;
    private final VirtioFaults faults;
    private final boolean msix;
    private final List<VirtioQueue> queues = new ArrayList<>();
    // Made once, as a register access allocates nothing.
    private final List<Runnable> work = new ArrayList<>();
    private @Nullable Bus bus;
    private int status;
    private int isr;
    private int configurationVector = VirtioQueue.NO_VECTOR;
    private int deviceSelect;
    private int driverSelect;
    private int queueSelect;
    private long driverFeatures;

    VirtioModel(DeviceType type, VirtioFaults faults, Options options) {
        this.type = type;
        this.faults = faults;
        this.msix = options.get(INTERRUPTS) == Kinds.MSIX;
    }

    @Override
    public PciFunction function() {
        int id = 0x1040 + type.number();
        PciFunction function = PciFunction.of(new PciId(0x1af4, id, 0x1af4, 0x1100, type.classCode(), 0x01))
                .withMemory(BAR, BAR_SIZE, AccessWidth.BITS_8, AccessWidth.BITS_16, AccessWidth.BITS_32)
                .withIntx()
                .withCapability(PciCapability.VENDOR_SPECIFIC, capability(1, 0, ""))
                .withCapability(PciCapability.VENDOR_SPECIFIC, capability(3, ISR, ""))
                .withCapability(PciCapability.VENDOR_SPECIFIC, capability(4, SPECIFIC, ""))
                .withCapability(PciCapability.VENDOR_SPECIFIC, capability(2, NOTIFY, dword(NOTIFY_MULTIPLIER)));
        return msix ? function.withMsix(type.queues() + 1) : function;
    }

    /** Returns what follows id and link: length, type, BAR, padding, offset, length of the structure, and more. */
    private static String capability(int structure, int offset, String more) {
        int length = 16 + more.length() / 2;
        return HexFormat.of().toHexDigits((byte) length)
                + HexFormat.of().toHexDigits((byte) structure)
                + HexFormat.of().toHexDigits((byte) BAR)
                + "000000"
                + dword(offset)
                + dword(STRUCTURE)
                + more;
    }

    private static String dword(int value) {
        return HexFormat.of().toHexDigits(Integer.reverseBytes(value));
    }

    @Override
    public void powerOn(Bus newBus) {
        bus = newBus;
        for (int number = 0; number < type.queues(); number++) {
            int notified = number;
            queues.add(new VirtioQueue(newBus, this, faults, number, QUEUE_SIZE));
            work.add(() -> work(notified));
        }
        reset();
    }

    @Override
    public void reset() {
        faults.heal();
        status = 0;
        isr = 0;
        configurationVector = VirtioQueue.NO_VECTOR;
        deviceSelect = 0;
        driverSelect = 0;
        queueSelect = 0;
        driverFeatures = 0;
        queues.forEach(VirtioQueue::clear);
        type.reset(0);
        present(bus).line(false);
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> wanted) {
        return wanted == VirtioFaults.class ? Optional.of(wanted.cast(faults)) : Optional.empty();
    }

    @Override
    public boolean hasEventIndex() {
        return (driverFeatures & EVENT_IDX) != 0;
    }

    @Override
    public void fail(String what) {
        present(bus).fault(what);
        status |= NEEDS_RESET;
    }

    @Override
    public void interrupt(VirtioQueue queue) {
        if (present(bus).messagesEnabled()) {
            if (queue.vector() != VirtioQueue.NO_VECTOR) {
                present(bus).message(queue.vector());
            }
        } else {
            isr |= ISR_QUEUE;
            present(bus).line(true);
        }
    }

    @Override
    public long read(int bar, long offset, AccessWidth width) {
        int at = (int) offset;
        if (at < ISR) {
            return common(at);
        }
        if (at < SPECIFIC) {
            int value = isr;
            isr = 0;
            present(bus).line(false);
            return value;
        }
        if (at < NOTIFY) {
            long value = 0;
            for (int i = width.bytes() - 1; i >= 0; i--) {
                value = value << Byte.SIZE | (type.configuration(at - SPECIFIC + i) & 0xff);
            }
            return value;
        }
        return 0;
    }

    private long common(int at) {
        @Nullable VirtioQueue queue = queueSelect < queues.size() ? queues.get(queueSelect) : null;
        return switch (at) {
            case 0x00 -> deviceSelect;
            case 0x04 -> deviceSelect > 1 ? 0 : offered() >>> (deviceSelect * Integer.SIZE);
            case 0x08 -> driverSelect;
            case 0x0c -> driverSelect > 1 ? 0 : driverFeatures >>> (driverSelect * Integer.SIZE);
            case 0x10 -> configurationVector;
            case 0x12 -> queues.size();
            case 0x14 -> faults.isNeedsReset() ? status | NEEDS_RESET : status;
            case 0x16 -> queueSelect;
            case 0x18 -> queue == null ? 0 : queue.size();
            case 0x1a -> queue == null ? VirtioQueue.NO_VECTOR : queue.vector();
            case 0x1c -> queue != null && queue.isEnabled() ? 1 : 0;
            case 0x1e -> queueSelect;
            case 0x20, 0x28, 0x30 -> queue == null ? 0 : queue.address((at - 0x20) / Long.BYTES);
            case 0x24, 0x2c, 0x34 -> queue == null ? 0 : queue.address((at - 0x20) / Long.BYTES) >>> Integer.SIZE;
            default -> 0;
        };
    }

    private long offered() {
        return (type.features() | INDIRECT_DESC | EVENT_IDX | VERSION_1 | ACCESS_PLATFORM) & ~faults.withheld();
    }

    @Override
    public void write(int bar, long offset, AccessWidth width, long value) {
        int at = (int) offset;
        if (at >= NOTIFY) {
            int number = (at - NOTIFY) / NOTIFY_MULTIPLIER;
            if (number < queues.size() && isWorking()) {
                present(bus).later(work.get(number));
            }
            return;
        }
        switch (at) {
            case 0x00 -> deviceSelect = (int) value;
            case 0x08 -> driverSelect = (int) value;
            case 0x0c -> choose(value);
            case 0x10 -> configurationVector = vector((int) value);
            case 0x14 -> setStatus((int) value);
            case 0x16 -> queueSelect = (int) value;
            default -> {
                if (at < ISR && queueSelect < queues.size()) {
                    write(queues.get(queueSelect), at, value);
                }
            }
        }
    }

    private void choose(long value) {
        if (driverSelect < 2 && (status & FEATURES_OK) == 0) {
            int shift = driverSelect * Integer.SIZE;
            driverFeatures = (driverFeatures & ~(0xffff_ffffL << shift)) | value << shift;
        }
    }

    private void write(VirtioQueue queue, int at, long value) {
        switch (at) {
            case 0x18 -> queue.setSize((int) value);
            case 0x1a -> queue.setVector(vector((int) value));
            case 0x1c -> {
                if (value == 1) {
                    queue.enable();
                }
            }
            case 0x20, 0x28, 0x30 -> {
                int part = (at - 0x20) / Long.BYTES;
                queue.setAddress(part, (queue.address(part) & ~0xffff_ffffL) | value);
            }
            case 0x24, 0x2c, 0x34 -> {
                int part = (at - 0x20) / Long.BYTES;
                queue.setAddress(part, (queue.address(part) & 0xffff_ffffL) | value << Integer.SIZE);
            }
            default -> {
                // Read-only, or of a feature that it does not have.
            }
        }
    }

    private int vector(int wanted) {
        return msix && wanted <= type.queues() && !faults.isRefusingVectors() ? wanted : VirtioQueue.NO_VECTOR;
    }

    private void setStatus(int value) {
        if (value == 0) {
            int before = status;
            reset();
            // One that never ends its reset has stopped all the same, which its driver cannot know.
            status = faults.isResetEndless() ? before | 1 : 0;
            return;
        }
        int fresh = value & ~status;
        status |= value;
        if ((fresh & FEATURES_OK) != 0) {
            if ((driverFeatures & ~offered()) != 0
                    || (driverFeatures & VERSION_1) == 0
                    || (driverFeatures & ACCESS_PLATFORM) != (offered() & ACCESS_PLATFORM)
                    || faults.isRefusingFeatures()) {
                status &= ~FEATURES_OK;
            } else {
                type.reset(driverFeatures);
            }
        }
    }

    private boolean isWorking() {
        return (status & (DRIVER_OK | NEEDS_RESET)) == DRIVER_OK && !faults.isNeedsReset();
    }

    private void work(int number) {
        if (isWorking()) {
            type.work(number, queues);
        }
    }

    private static <T> T present(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the device is not powered on");
        }
        return part;
    }
}
