// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.deviceaccess.spi.Availability.Available;
import org.deviceaccess.spi.Availability.Unavailable;
import org.deviceaccess.spi.ProviderStatus.Refused;
import org.deviceaccess.spi.ProviderStatus.Usable;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InvalidAddressException;
import org.deviceaccess.spi.error.NoBackendException;
import org.deviceaccess.spi.pci.PciAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens devices: finds the backends, reads the configuration, and chooses.
 *
 * <p>An address that names a backend is opened over that backend or not at all. Otherwise the first of these that is
 * said decides: the system property {@code deviceaccess.backend}, the environment variable
 * {@code DEVICEACCESS_BACKEND}, the same key in {@code deviceaccess.properties} (the file named by
 * {@code deviceaccess.config}, else the one in the working directory, else the one on the class path). Where nothing is
 * said, the backend is taken that can open the device as it is bound now, an IOMMU-protected one first; one that gives
 * the device unprotected DMA is taken only with {@code unsafe=true}.
 *
 * <p>{@code deviceaccess.alias.NAME=ADDRESS} names a device, {@code deviceaccess.BACKEND.OPTION=VALUE} gives a backend's
 * option a value; what the address itself says goes before.
 *
 * <p>Instances are immutable, share nothing, and can be used by any thread.
 */
public final class Devices {
    private static final Logger LOG = LoggerFactory.getLogger(Devices.class);

    /** The option that allows unprotected DMA, wherever a backend has it. */
    public static final OptionKey<Boolean> UNSAFE = OptionKey.flag(
            "unsafe", "allow the device unprotected access to all memory; needed by backends without an IOMMU", false);

    private final ProviderCatalog catalog;
    private final Configuration configuration;

    private Devices(ProviderCatalog catalog, Configuration configuration) {
        this.catalog = catalog;
        this.configuration = configuration;
    }

    /**
     * Opens a device over the installed backends with the configuration of this process.
     *
     * @param address a device address, see {@link DeviceAddress}, or a configured alias
     * @return the open device
     * @throws DeviceAccessException the class for the condition that is in the way, {@link NoBackendException} with
     *     every provider's verdict where none was named and none can
     */
    public static DeviceAccess open(String address) {
        return installed().access(address);
    }

    /** Returns the backends that the current thread's class loader sees, with the configuration of this process. */
    public static Devices installed() {
        return builder().build();
    }

    /** Returns a builder, for other class loaders, providers or configurations. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns all providers that were found, by name, the ones that cannot be used included. */
    public List<ProviderStatus> providers() {
        return catalog.entries();
    }

    /** Returns the aliases that are configured in system properties and the configuration file. */
    public List<String> aliases() {
        return List.copyOf(configuration.aliases());
    }

    /**
     * Opens a device.
     *
     * @param address a device address or a configured alias
     * @return the open device
     * @throws DeviceAccessException the class for the condition that is in the way
     */
    public DeviceAccess access(String address) {
        return access(DeviceAddress.parse(address));
    }

    /**
     * Opens a device.
     *
     * @param address a device address or a configured alias
     * @return the open device
     * @throws DeviceAccessException the class for the condition that is in the way
     */
    public DeviceAccess access(DeviceAddress address) {
        DeviceAddress resolved = resolve(address);
        if (resolved.backend() == null) {
            Lookup lookup = automatic().lookup(address, resolved);
            resolved = lookup.chosen().orElseThrow(() -> noBackend(lookup));
            lookup.verdicts().forEach(verdict -> LOG.debug("{}: automatic choice: {}", address, verdict));
        }
        LOG.debug("{}: chose {}", address, resolved);
        DeviceAccess device = guarded(catalog.get(backendOf(resolved))).open(resolved);
        if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "{}: opened {}, trust {}, capabilities {}",
                    device.address(),
                    device.identity(),
                    device.trust(),
                    device.capabilities());
        }
        return device;
    }

    /**
     * Finds out which backend would open a device, without opening it.
     *
     * <p>Where the address or the configuration names a backend, only that one is asked.
     *
     * @param address a device address or a configured alias
     * @return what every provider that was asked says
     * @throws DeviceAccessException if the address or the configuration is wrong
     */
    public Lookup lookup(String address) {
        DeviceAddress requested = DeviceAddress.parse(address);
        DeviceAddress resolved = resolve(requested);
        if (resolved.backend() == null) {
            return automatic().lookup(requested, resolved);
        }
        String name = backendOf(resolved);
        Availability availability = switch (catalog.status(name)) {
            case Refused(String _, DeviceAccessException error) -> Unavailable.of(error);
            case Usable(DeviceAccessProvider usable) -> {
                GuardedProvider provider = guarded(usable);
                yield provider.probe(resolved, provider.options(resolved.options()));
            }
        };
        return new Lookup(
                requested,
                resolved,
                List.of(new Verdict(name, availability)),
                availability instanceof Available ? resolved : null);
    }

    /**
     * Returns what every provider says of a device, whichever backend the address or the configuration names.
     *
     * @param address a PCI address, a configured alias, or another locator with any backend's name before it
     * @return the verdicts, of those that can open it the safest first, and last of those that cannot be used at all
     * @throws DeviceAccessException if the address or the configuration is wrong
     */
    public List<Verdict> verdicts(String address) {
        DeviceAddress requested = DeviceAddress.parse(address);
        return automatic().lookup(requested, resolve(requested)).verdicts();
    }

    private AutomaticChoice automatic() {
        return new AutomaticChoice(catalog.usable().stream().map(this::guarded).toList(), catalog.refused());
    }

    private GuardedProvider guarded(DeviceAccessProvider provider) {
        return new GuardedProvider(provider, configuration, catalog.names());
    }

    private DeviceAddress resolve(DeviceAddress address) {
        DeviceAddress device = address;
        if (device.backend() == null && PciAddress.parse(device.locator()).isEmpty()) {
            String target = configuration.alias(device.locator());
            if (target == null) {
                throw new DeviceNotFoundException(Failure.during("open '" + address + "'")
                        .because("it is no PCI address, names no backend, and no alias of that name is configured"
                                + (configuration.aliases().isEmpty() ? "" : "; aliases are " + configuration.aliases()))
                        .remedy("Write BACKEND:LOCATOR, such as sim:edu, or configure deviceaccess.alias."
                                + device.locator() + "=ADDRESS"));
            }
            device = DeviceAddress.parse(target);
            if (device.backend() == null && PciAddress.parse(device.locator()).isEmpty()) {
                throw new InvalidAddressException(Failure.during("open '" + address + "'")
                        .because("the alias stands for '" + target + "', which is neither BACKEND:LOCATOR nor a PCI"
                                + " address")
                        .remedy("Correct deviceaccess.alias." + address.locator()));
            }
            Map<String, String> merged = new LinkedHashMap<>(device.options());
            merged.putAll(address.options());
            device = device.withOptions(merged);
        }
        String configured = configuration.backend();
        return device.backend() == null && configured != null ? device.withBackend(configured) : device;
    }

    private static String backendOf(DeviceAddress address) {
        String backend = address.backend();
        if (backend == null) {
            throw new IllegalStateException(address + " names no backend");
        }
        return backend;
    }

    private static NoBackendException noBackend(Lookup lookup) {
        return new NoBackendException(Failure.during("open " + lookup.requested())
                .because("no backend can open it" + System.lineSeparator() + lookup.table())
                .remedy("Follow one of the remedies above; ./deviceaccess doctor "
                        + lookup.resolved().locator() + " shows them with the state of the machine"));
    }

    /** Builds {@link Devices}. Not safe for use by several threads. */
    public static final class Builder {
        private @Nullable ClassLoader loader;
        private @Nullable List<DeviceAccessProvider> providers;
        private Map<String, String> properties = systemProperties();
        private Map<String, String> environment = System.getenv();
        private Path workingDirectory = Path.of("");

        private Builder() {}

        private static Map<String, String> systemProperties() {
            Properties all = System.getProperties();
            Map<String, String> copy = new HashMap<>();
            all.stringPropertyNames().forEach(name -> copy.put(name, all.getProperty(name, "")));
            return copy;
        }

        /** Finds providers, and the configuration's file on the class path, with this class loader. */
        public Builder classLoader(ClassLoader newLoader) {
            this.loader = newLoader;
            return this;
        }

        /** Uses exactly these providers and finds none. */
        public Builder providers(List<? extends DeviceAccessProvider> newProviders) {
            this.providers = List.copyOf(newProviders);
            return this;
        }

        /** Uses these instead of the system properties. */
        public Builder properties(Map<String, String> newProperties) {
            this.properties = Map.copyOf(newProperties);
            return this;
        }

        /** Uses these instead of the environment variables. */
        public Builder environment(Map<String, String> newEnvironment) {
            this.environment = Map.copyOf(newEnvironment);
            return this;
        }

        /** Looks for the configuration's file here instead of in the working directory. */
        public Builder workingDirectory(Path directory) {
            this.workingDirectory = directory;
            return this;
        }

        /**
         * Finds the providers and reads the configuration.
         *
         * @throws org.deviceaccess.spi.error.InvalidOptionException if the configuration's file cannot be read, or a
         *     key of file, properties or environment is known to nobody
         */
        public Devices build() {
            ClassLoader context = Thread.currentThread().getContextClassLoader();
            ClassLoader effective =
                    loader != null ? loader : context != null ? context : ClassLoader.getSystemClassLoader();
            ProviderCatalog found = providers != null ? ProviderCatalog.of(providers) : ProviderCatalog.load(effective);
            Configuration configuration = Configuration.load(properties, environment, workingDirectory, effective);
            // The name of a backend that cannot be loaded or asked is not known, so a key may be one of its options.
            if (found.isComplete()) {
                configuration.requireKnown(found.names());
            }
            return new Devices(found, configuration);
        }
    }
}
