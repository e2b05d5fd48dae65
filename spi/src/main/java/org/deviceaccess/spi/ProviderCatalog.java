// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.deviceaccess.spi.ProviderStatus.Refused;
import org.deviceaccess.spi.ProviderStatus.Usable;
import org.deviceaccess.spi.error.BrokenProviderException;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.IncompatibleProviderException;
import org.deviceaccess.spi.error.UnknownBackendException;
import org.deviceaccess.spi.guard.Services;
import org.jspecify.annotations.Nullable;

/** The providers that were found; a broken one never hides the others. */
record ProviderCatalog(List<ProviderStatus> entries) {
    ProviderCatalog {
        entries = entries.stream()
                .sorted(Comparator.comparing(ProviderStatus::name))
                .toList();
    }

    static ProviderCatalog load(ClassLoader loader) {
        List<ProviderStatus> found = new ArrayList<>();
        Services.load(
                DeviceAccessProvider.class,
                loader,
                provider -> found.add(examine(provider)),
                e -> found.add(new Refused("(not loadable)", broken(String.valueOf(e.getMessage()), e))));
        return new ProviderCatalog(refuseDuplicates(found));
    }

    static ProviderCatalog of(List<DeviceAccessProvider> providers) {
        return new ProviderCatalog(refuseDuplicates(
                providers.stream().map(ProviderCatalog::examine).toList()));
    }

    private static ProviderStatus examine(DeviceAccessProvider provider) {
        String type = provider.getClass().getName();
        try {
            String name = provider.name();
            if (!DeviceAddress.isBackendName(name)) {
                return new Refused(type, broken("its name is '" + name + "', which no address can have", null));
            }
            if (provider.spiLevel() == DeviceAccessProvider.SPI_LEVEL) {
                return new Usable(provider);
            }
            return new Refused(
                    name,
                    new IncompatibleProviderException(Failure.during("use the backend " + name)
                            .because("its provider " + type + " was made for SPI level " + provider.spiLevel()
                                    + ", this version speaks level " + DeviceAccessProvider.SPI_LEVEL)
                            .remedy("Use versions of deviceaccess-spi and of the backend that belong together")));
        } catch (RuntimeException | LinkageError e) {
            return new Refused(type, broken("it threw " + e, e));
        }
    }

    private static List<ProviderStatus> refuseDuplicates(List<ProviderStatus> found) {
        List<ProviderStatus> result = new ArrayList<>();
        for (ProviderStatus status : found) {
            List<String> sameName = found.stream()
                    .filter(other -> other instanceof Usable && other.name().equals(status.name()))
                    .map(other -> ((Usable) other).provider().getClass().getName())
                    .toList();
            if (status instanceof Usable && sameName.size() > 1) {
                result.add(new Refused(
                        status.name(),
                        broken("several providers have the name " + status.name() + ": " + sameName, null)));
            } else {
                result.add(status);
            }
        }
        return result;
    }

    private static BrokenProviderException broken(String why, @Nullable Throwable cause) {
        Failure failure = Failure.during("load a backend")
                .because(why)
                .remedy("Remove the broken module from the module path or class path, or repair it");
        return new BrokenProviderException(cause == null ? failure : failure.cause(cause));
    }

    /** Returns whether the names of all backends are known. */
    boolean isComplete() {
        return entries.stream().allMatch(entry -> DeviceAddress.isBackendName(entry.name()));
    }

    /** Returns the names of all, in the order of the entries. */
    List<String> names() {
        return entries.stream().map(ProviderStatus::name).toList();
    }

    List<DeviceAccessProvider> usable() {
        List<DeviceAccessProvider> providers = new ArrayList<>();
        for (ProviderStatus entry : entries) {
            if (entry instanceof Usable(DeviceAccessProvider provider)) {
                providers.add(provider);
            }
        }
        return providers;
    }

    List<Refused> refused() {
        return entries.stream()
                .filter(Refused.class::isInstance)
                .map(Refused.class::cast)
                .toList();
    }

    /** Returns the provider of that name, or throws why there is none. */
    DeviceAccessProvider get(String name) {
        return switch (status(name)) {
            case Usable(DeviceAccessProvider provider) -> provider;
            case Refused(String _, DeviceAccessException error) -> throw error;
        };
    }

    /**
     * Returns what there is of that name.
     *
     * @throws UnknownBackendException if there is nothing
     */
    ProviderStatus status(String name) {
        for (ProviderStatus entry : entries) {
            if (entry.name().equals(name)) {
                return entry;
            }
        }
        String names = String.join(
                ", ", usable().stream().map(DeviceAccessProvider::name).toList());
        Failure failure = Failure.during("find the backend '" + name + "'")
                .because("installed are: " + (names.isEmpty() ? "none" : names)
                        + (refused().isEmpty()
                                ? ""
                                : "; " + refused().size() + " could not be loaded, such as: "
                                        + refused().getFirst().error().detail()))
                .remedy("Correct the name, or put the backend's module on the module path or class path");
        throw new UnknownBackendException(failure);
    }
}
