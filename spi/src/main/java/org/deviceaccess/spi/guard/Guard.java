// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.guard;

import java.util.function.Supplier;
import org.deviceaccess.spi.error.BrokenProviderException;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Asks a provider so that a defect of it (an exception that is none of ours, an answer of {@code null}) becomes a
 * {@link BrokenProviderException}.
 *
 * @param provider the provider's class
 * @param name what it provides: {@code the backend vfio}
 */
public record Guard(Class<?> provider, String name) {
    /**
     * Asks.
     *
     * @param operation for what, in the infinitive
     * @param call the question
     * @return the answer
     * @throws DeviceAccessException what the provider throws of these
     * @throws BrokenProviderException if it throws anything else or answers {@code null}
     */
    public <T> T call(String operation, Supplier<@Nullable T> call) {
        T answer;
        try {
            answer = call.get();
        } catch (DeviceAccessException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new BrokenProviderException(defect(operation, "threw " + e).cause(e));
        }
        return require(operation, answer);
    }

    /** Returns the answer, which must not be {@code null}. */
    public <T> T require(String operation, @Nullable T answer) {
        if (answer == null) {
            throw new BrokenProviderException(defect(operation, "answered null"));
        }
        return answer;
    }

    private Failure defect(String operation, String what) {
        return Failure.during(operation)
                .because("the provider " + provider.getName() + " " + what)
                .remedy("Report this to the authors of " + name);
    }
}
