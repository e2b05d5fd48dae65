// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.network;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.DeviceLostException;
import org.deviceaccess.spi.error.DeviceTimeoutException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.network.ReceiveFilter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out that a card does not work any more, and resets it: the buffers that it had are free again, packets that were
 * under way are lost, and it goes on with the same filter. Where the card's own reset does not help the function is reset, if
 * the device has that. A card that cannot be reset, or sends nothing after several resets, has failed for good.
 */
final class PortRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(PortRecovery.class);
    /** So many resets in a row, with no packet sent in between, may be for a transmitter that hangs. */
    private static final int MOST_IN_VAIN = 3;
    /** Others may reset the device while it is brought back, which is then begun anew, so often in a row. */
    private static final int MOST_STARTS = 10;

    private final DeviceAccess device;
    private final PacketCard card;
    private final Duration timeout;
    private final TransmitWatch transmitter;
    private final BooleanSupplier linkIsUp;
    private boolean hung;
    private int inVain;
    private long sentBefore;
    private volatile @Nullable DeviceAccessException failure;

    PortRecovery(DeviceAccess device, PacketCard card, Duration timeout) {
        this.device = device;
        this.card = card;
        this.timeout = timeout;
        this.transmitter = new TransmitWatch(timeout.toNanos());
        this.linkIsUp = () -> card.link().up();
    }

    /** Throws if the card has failed for good; for any thread. */
    void requireUsable(String operation) {
        DeviceAccessException failed = failure;
        if (failed != null) {
            throw new DeviceFaultException(Failure.during(operation + " of " + device.address())
                    .because("it did not work any more and a reset did not help: " + failed.getMessage())
                    .remedy("Close the driver and attach anew; if it stays so, the device is defective")
                    .cause(failed));
        }
    }

    /**
     * Returns why the card does not work any more, or {@code null} if it does.
     *
     * @param sent how many packets were sent so far
     * @param underWay how many are not
     */
    @Nullable
    String trouble(String operation, long sent, int underWay) {
        String trouble = card.trouble(operation);
        hung = trouble == null && transmitter.isHung(sent, underWay, linkIsUp, System.nanoTime());
        return hung
                ? "it sent none of " + underWay + " packets in " + timeout.toMillis() + " ms although the link is up"
                : trouble;
    }

    /** Returns whether the trouble was found by the number of packets that were sent. */
    boolean isTransmitter() {
        return hung;
    }

    /**
     * Resets the card, while nobody else uses it.
     *
     * @param sent how many packets were sent so far
     */
    void recover(String operation, String trouble, long sent, ReceiveFilter filter) {
        requireUsable(operation);
        inVain = !hung || sent != sentBefore ? 0 : inVain + 1;
        sentBefore = sent;
        transmitter.forget();
        try {
            LOG.warn("{} is reset: {}", device.address(), trouble);
            // A transmitter that hangs again was not helped by the card's own reset.
            restart(operation, trouble, filter, inVain > 0 && hasReset());
        } catch (DeviceLostException e) {
            // May be back later; until then whoever looks is told the same.
            throw e;
        } catch (DeviceAccessException e) {
            failure = e;
            throw e;
        }
    }

    /** Resets the card by its own reset, and where that does not help the function. */
    private void restart(String operation, String trouble, ReceiveFilter filter, boolean function) {
        boolean byFunction = function;
        for (int starts = 1; ; starts++) {
            try {
                if (byFunction) {
                    device.reset();
                }
                card.halt();
                card.discard();
                requireHope(operation, trouble);
                card.start(filter);
                return;
            } catch (DeviceTimeoutException e) {
                if (byFunction || !hasReset()) {
                    throw e;
                }
                LOG.warn("{} did not come back, and its function is reset: {}", device.address(), e.getMessage());
                byFunction = true;
            } catch (DeviceLostException e) {
                throw e;
            } catch (DeviceAccessException e) {
                // Whatever a card says that somebody has just reset: that it agrees to no features, has no queue, works
                // no more.
                if (inVain == MOST_IN_VAIN || starts == MOST_STARTS) {
                    throw e;
                }
                LOG.warn("{} is reset again: {}", device.address(), e.getMessage());
            }
        }
    }

    /** Throws if the latest resets were for nothing, so that one more is, too. */
    private void requireHope(String operation, String trouble) {
        if (inVain == MOST_IN_VAIN) {
            throw new DeviceFaultException(Failure.during(operation + " of " + device.address())
                    .because(trouble + ", as before each of the latest " + MOST_IN_VAIN + " resets")
                    .remedy("Replace the device"));
        }
    }

    private boolean hasReset() {
        return device.capabilities().contains(Capability.RESET);
    }

    /** Brings the card to rest for good, while nobody else uses it. */
    void close() {
        try {
            card.shutDown();
        } catch (IllegalStateException e) {
            if (device.isOpen()) {
                throw e;
            }
            // Otherwise the device's own closing has done all of it.
        } catch (DeviceLostException e) {
            LOG.warn("{} was lost before its driver was closed: {}", device.address(), e.getMessage());
        }
    }
}
