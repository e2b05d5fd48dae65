// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.DriverNeedsException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.NoDriverException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds drivers and attaches them. Immutable and safe for use by any thread. */
public final class Drivers {
    private static final Logger LOG = LoggerFactory.getLogger(Drivers.class);

    private final List<DriverProvider> providers;

    private Drivers(List<DriverProvider> providers) {
        this.providers = List.copyOf(providers);
    }

    /** Returns the drivers that the current thread's class loader sees. A driver that cannot be loaded is left out. */
    public static Drivers installed() {
        return installed(Thread.currentThread().getContextClassLoader());
    }

    /** Returns the drivers that a class loader sees. A driver that cannot be loaded is logged and left out. */
    public static Drivers installed(ClassLoader loader) {
        List<DriverProvider> found = new ArrayList<>();
        ServiceLoader.load(DriverProvider.class, loader).stream().forEach(candidate -> {
            try {
                found.add(candidate.get());
            } catch (ServiceConfigurationError e) {
                LOG.warn(
                        "driver {} cannot be loaded and is left out",
                        candidate.type().getName(),
                        e);
            }
        });
        return new Drivers(found);
    }

    /** Returns exactly these drivers. */
    public static Drivers of(DriverProvider... providers) {
        return new Drivers(List.of(providers));
    }

    /** Returns all drivers. */
    public List<DriverProvider> providers() {
        return providers;
    }

    /**
     * Attaches the first driver of a type that matches a device.
     *
     * @param device an open device, which stays its opener's to close
     * @param type a driver's own type, or the interface of a class of devices
     * @return the driver, ready for use
     * @throws NoDriverException if no driver of the type matches the device
     * @throws DriverNeedsException if one matches but something it needs is missing
     * @throws org.deviceaccess.spi.error.DeviceAccessException what attaching throws
     */
    public <D> D attach(DeviceAccess device, Class<D> type) {
        return type.cast(find(device, type).attach(device));
    }

    /**
     * Finds the first driver of a type that matches a device, without attaching it.
     *
     * @param device an open device
     * @param type a driver's own type, or the interface of a class of devices
     * @return the driver's provider
     * @throws NoDriverException if no driver of the type matches the device
     * @throws DriverNeedsException if one matches but something it needs is missing
     */
    public DriverProvider find(DeviceAccess device, Class<?> type) {
        String operation = "attach a driver of type " + type.getSimpleName() + " to " + device.address();
        for (DriverProvider provider : providers) {
            if (type.isAssignableFrom(provider.type()) && provider.matches(device.identity())) {
                List<String> missing = provider.needs().missing(device);
                if (!missing.isEmpty()) {
                    throw new DriverNeedsException(Failure.during(operation)
                            .because("the driver " + provider.name() + " needs " + String.join(", ", missing))
                            .remedy("Open the device over a backend that has it; ./deviceaccess info "
                                    + device.address() + " shows what this one has"));
                }
                return provider;
            }
        }
        throw new NoDriverException(Failure.during(operation)
                .because("none of the drivers "
                        + providers.stream().map(DriverProvider::name).toList() + " is for " + device.identity())
                .remedy("Put a module with a driver for the device on the module path or class path"));
    }
}
