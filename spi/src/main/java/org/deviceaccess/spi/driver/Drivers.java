// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.driver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.error.AmbiguousDriverException;
import org.deviceaccess.spi.error.BrokenProviderException;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DriverNeedsException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.NoDriverException;
import org.deviceaccess.spi.guard.Guard;
import org.deviceaccess.spi.guard.Services;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds drivers and attaches them. Immutable and safe for use by any thread.
 *
 * <p>Of the drivers that are for a device and have what they need, the one that {@linkplain DriverProvider#match matches}
 * most closely is taken. A driver that is broken, because it cannot be loaded or throws when it is asked, is logged, left
 * out, and named in the error when no driver is found.
 */
public final class Drivers {
    private static final Logger LOG = LoggerFactory.getLogger(Drivers.class);

    private final List<DriverProvider> providers;
    private final List<String> notLoaded;

    private Drivers(List<DriverProvider> providers, List<String> notLoaded) {
        this.providers = List.copyOf(providers);
        this.notLoaded = List.copyOf(notLoaded);
    }

    /** Returns the drivers that the current thread's class loader sees. A driver that cannot be loaded is left out. */
    public static Drivers installed() {
        return installed(Thread.currentThread().getContextClassLoader());
    }

    /** Returns the drivers that a class loader sees. A driver that cannot be loaded is logged and left out. */
    public static Drivers installed(ClassLoader loader) {
        List<DriverProvider> found = new ArrayList<>();
        List<String> notLoaded = new ArrayList<>();
        Services.load(DriverProvider.class, loader, found::add, e -> {
            LOG.warn("a driver cannot be loaded and is left out", e);
            notLoaded.add(String.valueOf(e.getMessage()));
        });
        return new Drivers(found, notLoaded);
    }

    /** Returns exactly these drivers. */
    public static Drivers of(DriverProvider... providers) {
        return new Drivers(List.of(providers), List.of());
    }

    /** Returns all drivers. */
    public List<DriverProvider> providers() {
        return providers;
    }

    /**
     * Attaches the driver of a type that {@link #find} finds for a device.
     *
     * @param device an open device, which stays its opener's to close
     * @param type a driver's own type, or the interface of a class of devices
     * @return the driver, ready for use
     * @throws NoDriverException if no driver of the type matches the device
     * @throws DriverNeedsException if none of those that match has all it needs
     * @throws AmbiguousDriverException if several match equally well
     * @throws BrokenProviderException if the driver answers {@code null}
     * @throws DeviceAccessException what attaching throws
     */
    public <D> D attach(DeviceAccess device, Class<D> type) {
        DriverProvider provider = find(device, type);
        Driver driver = provider.attach(device);
        LOG.debug("{}: attached {}", device.address(), driver);
        return type.cast(guard(provider).require("attach a driver to " + device.address(), driver));
    }

    /**
     * Finds the driver of a type that matches a device most closely and has all it needs, without attaching it.
     *
     * @param device an open device
     * @param type a driver's own type, or the interface of a class of devices
     * @return the driver's provider
     * @throws NoDriverException if no driver of the type matches the device
     * @throws DriverNeedsException if none of those that match has all it needs
     * @throws AmbiguousDriverException if several match equally well
     */
    public DriverProvider find(DeviceAccess device, Class<?> type) {
        List<String> broken = new ArrayList<>(notLoaded);
        List<DriverCandidate> candidates = candidates(device, type, broken);
        List<DriverCandidate> ready =
                candidates.stream().filter(DriverCandidate::isReady).toList();
        Failure failure = Failure.during("attach a driver of type " + type.getSimpleName() + " to " + device.address());
        if (!ready.isEmpty()) {
            DriverCandidate best = requireBest(ready, failure);
            LOG.debug("{}: chose the driver {}, match {}, of {}", device.address(), best, best.match(), candidates);
            return best.provider();
        }
        if (!candidates.isEmpty()) {
            throw new DriverNeedsException(failure.because(candidates.stream()
                            .map(each -> "the driver " + each.provider().name() + " needs "
                                    + String.join(", ", each.missing()))
                            .collect(Collectors.joining("; ")))
                    .remedy("Open the device over a backend that has it; ./deviceaccess info " + device.address()
                            + " shows what this one has"));
        }
        throw new NoDriverException(failure.because("none of the drivers "
                        + providers.stream().map(Drivers::name).toList() + " is for " + device.identity()
                        + (broken.isEmpty() ? "" : ", and these are broken: " + String.join("; ", broken)))
                .remedy("Put a module with a driver for the device on the module path or class path"));
    }

    private static DriverCandidate requireBest(List<DriverCandidate> ready, Failure failure) {
        DriverCandidate best = ready.getFirst();
        List<DriverCandidate> equal =
                ready.stream().filter(each -> each.match() == best.match()).toList();
        if (equal.size() > 1) {
            throw new AmbiguousDriverException(failure.because(
                            "these match equally well (" + best.match() + "): " + equal)
                    .remedy("Ask for the type of the one you want instead of a type that all have, choose it with"
                            + " Drivers.of(…), or take the others off the module path and class path"));
        }
        return best;
    }

    /**
     * Returns all drivers that are for a device, the closest first, also those that lack something.
     *
     * @param device an open device
     */
    public List<DriverCandidate> candidates(DeviceAccess device) {
        return candidates(device, Driver.class, new ArrayList<>());
    }

    private List<DriverCandidate> candidates(DeviceAccess device, Class<?> type, List<String> broken) {
        List<DriverCandidate> candidates = new ArrayList<>();
        DeviceIdentity identity = device.identity();
        for (DriverProvider provider : providers) {
            Guard guard = guard(provider);
            try {
                DriverMatch match = match(provider, guard, identity, type);
                if (match != DriverMatch.NONE) {
                    String name = guard.call("ask for the name of a driver", provider::name);
                    DriverNeeds needs = guard.call("ask for the needs of the driver " + name, provider::needs);
                    candidates.add(new DriverCandidate(provider, match, needs.missing(device)));
                }
            } catch (BrokenProviderException e) {
                LOG.warn("a driver is broken and is left out", e);
                broken.add(e.detail());
            }
        }
        candidates.sort(Comparator.comparing(DriverCandidate::match).reversed());
        return candidates;
    }

    private static DriverMatch match(DriverProvider provider, Guard guard, DeviceIdentity identity, Class<?> type) {
        Class<? extends Driver> own = guard.call("ask for the type of a driver", provider::type);
        return type.isAssignableFrom(own)
                ? guard.call("match a driver with " + identity, () -> provider.match(identity))
                : DriverMatch.NONE;
    }

    private static String name(DriverProvider provider) {
        try {
            return guard(provider).call("ask for the name of a driver", provider::name);
        } catch (DeviceAccessException e) {
            return provider.getClass().getName(); // the name is for an error that says more
        }
    }

    private static Guard guard(DriverProvider provider) {
        return new Guard(provider.getClass(), "the driver");
    }
}
