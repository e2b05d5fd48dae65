// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.deviceaccess.backend.sim.model.DeviceModel;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.backend.sim.network.Cables;
import org.deviceaccess.backend.sim.network.WiredModelProvider;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.jspecify.annotations.Nullable;

/** The backend {@code sim}: opens models of devices, as {@code sim:edu}. */
public final class SimProvider implements DeviceAccessProvider {
    /** The wires between the cards that are opened here. */
    private final Cables cables = new Cables();

    /** Loaded at first use. */
    private @Nullable ModelCatalog catalog; // guarded by this

    /** Makes the backend with the models that {@link java.util.ServiceLoader} finds where this class was loaded. */
    public SimProvider() {}

    /**
     * Makes the backend with these models only, for tests that bring models of their own.
     *
     * @param models the models
     */
    public SimProvider(List<DeviceModelProvider> models) {
        this.catalog = ModelCatalog.of(models);
    }

    @Override
    public String name() {
        return "sim";
    }

    @Override
    public int spiLevel() {
        return 1;
    }

    @Override
    public String description() {
        return "simulated devices behind a simulated IOMMU, inside the JVM";
    }

    @Override
    public Set<Capability> capabilities() {
        Set<Capability> all = EnumSet.allOf(Capability.class);
        all.remove(Capability.UIO_INTERRUPT);
        return Set.copyOf(all);
    }

    @Override
    public List<OptionKey<?>> options() {
        Map<String, OptionKey<?>> all = new TreeMap<>();
        SimOptions.KEYS.forEach(key -> all.put(key.name(), key));
        catalog().models().values().forEach(model -> model.options().forEach(key -> all.putIfAbsent(key.name(), key)));
        return List.copyOf(all.values());
    }

    @Override
    public List<DeviceSummary> discover() {
        return catalog().models().values().stream()
                .map(model -> new DeviceSummary(
                        new DeviceAddress(name(), model.name(), Map.of()),
                        new DeviceIdentity(
                                model.name(), create(model, Map.of()).function().id(), -1),
                        model.description()))
                .toList();
    }

    @Override
    public Availability probe(DeviceAddress address, Options options) {
        try {
            create(catalog().find(address.locator()), options.asMap());
            return new Availability.Available(TrustLevel.SIMULATED);
        } catch (DeviceAccessException e) {
            return Availability.Unavailable.of(e);
        }
    }

    @Override
    public DeviceAccess open(DeviceAddress address, Options options) {
        DeviceModel model = create(catalog().find(address.locator()), options.asMap());
        return new SimDevice(address.withOptions(new TreeMap<>(options.asMap())), model, SimOptions.of(options));
    }

    /** Makes a device; an option that only another model has is refused here, as the backend's own check lets it by. */
    private DeviceModel create(DeviceModelProvider model, Map<String, String> values) {
        List<OptionKey<?>> keys = new ArrayList<>(SimOptions.KEYS);
        keys.addAll(model.options());
        Options options = Options.of("sim:" + model.name(), keys, values);
        return model instanceof WiredModelProvider wired ? wired.create(options, cables) : model.create(options);
    }

    private synchronized ModelCatalog catalog() {
        ModelCatalog known = catalog;
        if (known == null) {
            known = ModelCatalog.installed();
            catalog = known;
        }
        return known;
    }
}
