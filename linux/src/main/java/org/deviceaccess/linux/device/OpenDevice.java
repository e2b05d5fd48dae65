// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.device;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.deviceaccess.linux.libc.CloseSteps;
import org.deviceaccess.linux.memory.DmaPart;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.DriverClaim;
import org.deviceaccess.spi.DriverClaims;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.DmaSupport;
import org.deviceaccess.spi.interrupt.InterruptSupport;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device that the kernel gave to this process.
 *
 * <p>Each part keeps its own uses from racing its own closing; this class is what closes them in the order that the SPI
 * prescribes.
 */
public abstract class OpenDevice implements DeviceAccess {
    private static final Logger LOG = LoggerFactory.getLogger(OpenDevice.class);

    private final Parts parts;
    private final Set<Capability> capabilities;
    private final DriverClaims claims;
    // Held by what must not happen while the device is taken apart.
    private final ReentrantLock lifecycle = new ReentrantLock();
    private volatile boolean closed;
    private boolean takenApart;

    /**
     * What a device is made of.
     *
     * @param address the full address
     * @param identity what the device is
     * @param regions its regions
     * @param interrupts its interrupts
     * @param dma its way to memory
     */
    public record Parts(
            DeviceAddress address,
            DeviceIdentity identity,
            RegionTable regions,
            InterruptSupport interrupts,
            DmaPart dma) {}

    /**
     * @param parts what the device is made of; given back by {@link #close}
     * @param others the capabilities beside those of DMA
     */
    protected OpenDevice(Parts parts, Set<Capability> others) {
        this.parts = parts;
        this.claims = new DriverClaims(parts.address());
        Set<Capability> all = EnumSet.noneOf(Capability.class);
        all.addAll(others);
        all.addAll(parts.dma().capabilities());
        this.capabilities = Collections.unmodifiableSet(all);
    }

    /** Ends interrupts and events, then bus mastering: the first half of closing, before memory goes back. */
    protected abstract void quiesce(CloseSteps steps);

    /** Closes the files: what is left of closing when nothing is mapped any more. */
    protected abstract void giveBack(CloseSteps steps);

    @Override
    public final DeviceAddress address() {
        return parts.address();
    }

    @Override
    public final DeviceIdentity identity() {
        return parts.identity();
    }

    @Override
    public final TrustLevel trust() {
        return parts.dma().trust();
    }

    @Override
    public final Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public final List<RegionInfo> regions() {
        checkOpen();
        return parts.regions().infos();
    }

    @Override
    public final Region region(RegionId id) {
        checkOpen();
        return parts.regions().region(id);
    }

    @Override
    public final InterruptSupport interrupts() {
        checkOpen();
        return parts.interrupts();
    }

    @Override
    public final DmaSupport dma() {
        checkOpen();
        return parts.dma().support();
    }

    @Override
    public final DriverClaim claim(String driver) {
        checkOpen();
        return claims.claim(driver);
    }

    @Override
    public final <T> Optional<T> unwrap(Class<T> type) {
        checkOpen();
        return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }

    @Override
    public final boolean isOpen() {
        return !closed;
    }

    /** Throws {@link IllegalStateException} once the device is closed. */
    protected final void checkOpen() {
        if (closed) {
            throw new IllegalStateException(address() + " is closed");
        }
    }

    /** Does what must not happen while the device is taken apart; throws {@link IllegalStateException} once it is. */
    protected final void whileOpen(Runnable work) {
        lifecycle.lock();
        try {
            checkOpen();
            work.run();
        } finally {
            lifecycle.unlock();
        }
    }

    @Override
    public final void close() {
        lifecycle.lock();
        try {
            closed = true;
            CloseSteps steps = new CloseSteps();
            if (takenApart) {
                // Without effect, unless memory was in use by a native call the last time.
                steps.run(parts.dma()::close);
            } else {
                takenApart = true;
                quiesce(steps);
                steps.run(parts.dma()::close);
                steps.run(parts.regions()::close);
                giveBack(steps);
                LOG.debug("{}: closed", address());
            }
            steps.finish();
        } finally {
            lifecycle.unlock();
        }
    }

    @Override
    public final String toString() {
        return address() + (closed ? " (closed)" : "");
    }
}
