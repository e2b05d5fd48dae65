// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.deviceaccess.backend.sim.model.DeviceModelProvider;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.Failure;

/**
 * The models that there are.
 *
 * @param models by name
 * @param problems what is wrong with the models that cannot be used
 */
record ModelCatalog(Map<String, DeviceModelProvider> models, List<String> problems) {

    /** Collects models; those that share a name can not be told apart, so none of them is used. */
    static ModelCatalog of(Iterable<DeviceModelProvider> providers) {
        Map<String, DeviceModelProvider> models = new TreeMap<>();
        Map<String, String> doubles = new TreeMap<>();
        List<String> problems = new ArrayList<>();
        Iterator<DeviceModelProvider> found = providers.iterator();
        while (true) {
            try {
                if (!found.hasNext()) {
                    break;
                }
                DeviceModelProvider model = found.next();
                DeviceModelProvider first = models.putIfAbsent(model.name(), model);
                if (first != null) {
                    doubles.put(
                            model.name(),
                            "both " + first.getClass().getName() + " and "
                                    + model.getClass().getName() + " are named " + model.name());
                }
            } catch (ServiceConfigurationError e) {
                // One broken model does not stop the others; whoever asks for it is told.
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        models.keySet().removeAll(doubles.keySet());
        problems.addAll(doubles.values());
        return new ModelCatalog(models, List.copyOf(problems));
    }

    /** Loads the models that are installed where this backend is. */
    static ModelCatalog installed() {
        return of(ServiceLoader.load(DeviceModelProvider.class, ModelCatalog.class.getClassLoader()));
    }

    /**
     * Returns a model.
     *
     * @throws DeviceNotFoundException if there is none of that name; the message lists those there are, and what is
     *     wrong with others
     */
    DeviceModelProvider find(String name) {
        DeviceModelProvider model = models.get(name);
        if (model == null) {
            throw new DeviceNotFoundException(Failure.during("open sim:" + name)
                    .because("there is no model '" + name + "'; there are " + models.keySet()
                            + (problems.isEmpty() ? "" : "; not usable: " + String.join("; ", problems)))
                    .remedy("Use one of these, such as sim:edu, or put the model's provider on the path"));
        }
        return model;
    }
}
