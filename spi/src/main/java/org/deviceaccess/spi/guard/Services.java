// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.guard;

import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/** Loads providers with {@link ServiceLoader}; one that cannot be loaded never hides the others. */
public final class Services {
    /** A service file that fails again and again must not keep the loader busy for ever. */
    private static final int MOST_ERRORS = 64;

    private Services() {}

    /**
     * Loads all providers that a class loader sees.
     *
     * @param found takes each
     * @param broken takes why one could not be loaded; its message names it
     */
    public static <T> void load(Class<T> service, ClassLoader loader, Consumer<T> found, Consumer<Throwable> broken) {
        Iterator<T> candidates = ServiceLoader.load(service, loader).iterator();
        int errors = 0;
        while (errors < MOST_ERRORS) {
            T next;
            try {
                if (!candidates.hasNext()) {
                    break;
                }
                next = candidates.next();
            } catch (ServiceConfigurationError | LinkageError e) {
                errors++;
                broken.accept(e);
                continue;
            }
            found.accept(next);
        }
    }
}
