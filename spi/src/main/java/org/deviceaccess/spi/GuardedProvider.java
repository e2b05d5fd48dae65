// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.deviceaccess.spi.Availability.Unavailable;
import org.deviceaccess.spi.error.BrokenProviderException;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.guard.Guard;
import org.jspecify.annotations.Nullable;

/**
 * A provider as it is asked here: with its configured options, and so that a defect of it (an exception that is none of
 * ours, an answer of {@code null}) is reported as {@link BrokenProviderException} and harms nobody else.
 *
 * @param provider the provider
 * @param configuration where its options come from, besides the address
 * @param backends the names of all backends
 */
record GuardedProvider(DeviceAccessProvider provider, Configuration configuration, List<String> backends) {
    String name() {
        return provider.name();
    }

    /** Returns the options that were said in the address, and the configured ones that it does not mention; checked. */
    Options options(Map<String, String> said) {
        List<OptionKey<?>> keys = keys();
        return guard("read the options of " + name(), () -> {
            Map<String, String> values = new HashMap<>(configuration.options(name(), keys, backends));
            values.putAll(said);
            return Options.of(name(), keys, values);
        });
    }

    /**
     * Returns these options without the consent to unprotected DMA where the backend has no such option: in an automatic
     * choice it is said to all backends, also to those that need none.
     */
    Map<String, String> withoutNeedlessConsent(Map<String, String> said) {
        Map<String, String> kept = new LinkedHashMap<>(said);
        if (keys().stream().noneMatch(key -> key.name().equals(Devices.UNSAFE.name()))) {
            kept.remove(Devices.UNSAFE.name());
        }
        return kept;
    }

    private List<OptionKey<?>> keys() {
        return guard("ask for the options of " + name(), provider::options);
    }

    Availability probe(DeviceAddress address, Options options) {
        try {
            return guard("probe " + address, () -> provider.probe(address, options));
        } catch (DeviceAccessException e) {
            return Unavailable.of(e);
        }
    }

    DeviceAccess open(DeviceAddress address) {
        Options options = options(address.options());
        return guard("open " + address, () -> provider.open(address.withOptions(options.asMap()), options));
    }

    private <T> T guard(String operation, Supplier<@Nullable T> call) {
        return new Guard(provider.getClass(), "the backend " + name()).call(operation, call);
    }
}
