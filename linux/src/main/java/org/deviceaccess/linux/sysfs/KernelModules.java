// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.sysfs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The modules of the kernel, as {@code /sys/module} shows them.
 *
 * @param sysfs the tree
 */
public record KernelModules(Sysfs sysfs) {
    /**
     * Returns whether a module is loaded, or built in and visible: one that is built in has an entry only if it has
     * parameters or a version, so its absence here proves nothing.
     *
     * @param name with underscores: {@code vfio_pci}
     */
    public boolean isPresent(String name) {
        return Files.isDirectory(directory(name));
    }

    /** Returns the value of a parameter, or nothing if the module or the parameter is absent. */
    public Optional<String> parameter(String name, String parameter) {
        Path parameters = directory(name).resolve("parameters");
        return Files.isDirectory(parameters) ? sysfs.textIfPresent(parameters.resolve(parameter)) : Optional.empty();
    }

    /** Returns whether a switch is on, or nothing if the module or the parameter is absent. */
    public Optional<Boolean> flag(String name, String parameter) {
        // The kernel writes bool parameters as Y and N, and those of other types that are switches as 1 and 0.
        return parameter(name, parameter).map(value -> value.equals("Y") || value.equals("1"));
    }

    private Path directory(String name) {
        return sysfs.path("module").resolve(name);
    }
}
