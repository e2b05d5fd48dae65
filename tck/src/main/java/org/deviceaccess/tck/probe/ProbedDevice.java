// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.probe;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.interrupt.InterruptKind;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.tck.probe.Journal.Kind;
import org.deviceaccess.tck.probe.Trouble.Answer;
import org.jspecify.annotations.Nullable;

/**
 * A device that writes down what is done with it, and in which things can go wrong.
 *
 * <p>Memory that a driver gives back while something is wrong, or while it is {@linkplain #holdBack held back}, stays
 * mapped until the device is closed, which stops the device first: what the driver does may be wrong as well, and a real
 * device may be behind this one.
 */
public final class ProbedDevice extends ForwardingDevice {
    private final Trouble trouble;
    private final Journal journal = new Journal();
    private final AtomicLong requests = new AtomicLong();
    private final Map<RegionId, Region> regions = new HashMap<>(); // guarded by this
    private final Set<Capability> used = EnumSet.noneOf(Capability.class); // guarded by this
    private final Set<InterruptKind> kinds = EnumSet.noneOf(InterruptKind.class); // guarded by this
    private final List<DmaConstraints> constraints = new ArrayList<>(); // guarded by this
    private final List<ProbedBuffer> buffers = new ArrayList<>(); // guarded by this
    private final List<ProbedInterrupts> interrupts = new ArrayList<>(); // guarded by this
    private volatile boolean gone;
    private volatile boolean holdingBack;

    /** Makes a device in front of an open one, which it owns. */
    public ProbedDevice(DeviceAccess real, Trouble trouble) {
        super(real);
        this.trouble = trouble;
        this.holdingBack = !trouble.equals(Trouble.NONE);
    }

    /** Returns what was done with the device. */
    public Journal journal() {
        return journal;
    }

    /** Lets the device go away: from now on reads answer all ones, and writes go nowhere. */
    public void vanish() {
        holdingBack = true;
        gone = true;
    }

    /** Keeps memory mapped that is given back from now on, until the device is closed. */
    public void holdBack() {
        holdingBack = true;
    }

    /** Returns how many requests for memory and interrupts there were. */
    public long requests() {
        return requests.get();
    }

    /** Returns whether a register access was made to fail. */
    public boolean hasFailedAccess() {
        return trouble.failingAccess() > 0 && journal.accesses() >= trouble.failingAccess();
    }

    /** Returns the regions that were asked for. */
    public synchronized Set<RegionId> usedRegions() {
        return new TreeSet<>(regions.keySet());
    }

    /** Returns the capabilities that were made use of, beside the kinds of interrupts. */
    public synchronized Set<Capability> usedCapabilities() {
        return Set.copyOf(used);
    }

    /** Returns the kinds of the interrupts that were enabled. */
    public synchronized Set<InterruptKind> usedKinds() {
        return Set.copyOf(kinds);
    }

    /** Returns what was demanded of memory for DMA, each time that some was asked for. */
    public synchronized List<DmaConstraints> constraints() {
        return List.copyOf(constraints);
    }

    /** Returns all memory for DMA that was handed out. */
    public synchronized List<ProbedBuffer> buffers() {
        return List.copyOf(buffers);
    }

    /** Returns what was obtained and not given back, in words. */
    public synchronized List<String> held() {
        List<String> held = new ArrayList<>();
        buffers.stream().filter(buffer -> !buffer.isGivenBack()).forEach(buffer -> held.add(buffer.toString()));
        interrupts.stream()
                .filter(enabled -> !enabled.isGivenBack())
                .forEach(enabled -> held.add("interrupts " + enabled.info().kind()));
        return held;
    }

    /** Returns the enabled interrupts that were not given back, in words. */
    public synchronized List<String> heldInterrupts() {
        return interrupts.stream()
                .filter(enabled -> !enabled.isGivenBack())
                .map(enabled -> enabled.info().kind().toString())
                .toList();
    }

    @Override
    public synchronized Region region(RegionId id) {
        Region region = super.region(id);
        if (id.equals(RegionId.CONFIG)) {
            used.add(Capability.CONFIG_SPACE);
        }
        return regions.computeIfAbsent(id, known -> new ProbedRegisters(this, region).region());
    }

    @Override
    public InterruptSupport interrupts() {
        return new ProbedInterrupts.Support(this, super.interrupts());
    }

    @Override
    public DmaSupport dma() {
        use(Capability.DMA);
        return new ProbedDma(this, super.dma());
    }

    @Override
    public void reset() {
        use(Capability.RESET);
        journal.add(Kind.RESET, "");
        super.reset();
        synchronized (this) {
            interrupts.forEach(ProbedInterrupts::closedByReset);
        }
    }

    synchronized void use(Capability capability) {
        used.add(capability);
    }

    synchronized void demand(DmaConstraints demanded) {
        constraints.add(demanded);
    }

    synchronized void add(ProbedBuffer buffer) {
        buffers.add(buffer);
    }

    synchronized void add(ProbedInterrupts enabled) {
        kinds.add(enabled.info().kind());
        interrupts.add(enabled);
    }

    boolean isHoldingBack() {
        return holdingBack;
    }

    /** Counts a request for memory or interrupts, and returns whether it is to be refused. */
    boolean refuses(Kind kind, String what) {
        journal.add(kind, what);
        return requests.incrementAndGet() == trouble.refusedRequest();
    }

    /** Counts a register access, and returns what answers it instead of the device, or {@code null} for the device. */
    @Nullable
    Answer answer(Kind kind, String what) {
        long number = journal.access(kind, what);
        if (!isOpen()) {
            throw new IllegalStateException(address() + " is closed");
        }
        if (number == trouble.failingAccess()) {
            throw new DeviceLostException(Failure.during("access " + what)
                    .because("the compatibility kit lets access " + number + " fail")
                    .remedy("Close the device; when it is back, open it again"));
        }
        if (gone || (trouble.vanishingAccess() > 0 && number >= trouble.vanishingAccess())) {
            return Answer.ONES;
        }
        return trouble.answer() == Answer.HONEST ? null : trouble.answer();
    }
}
