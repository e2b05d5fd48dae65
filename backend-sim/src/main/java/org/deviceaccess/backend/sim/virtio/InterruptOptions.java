// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.virtio;

import java.util.OptionalInt;
import org.deviceaccess.backend.sim.model.PciFunction;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;

/**
 * Which interrupts a device has.
 *
 * @param kinds of which kinds they are
 * @param vectors how many MSI-X vectors there are, if it was said
 */
record InterruptOptions(Kinds kinds, OptionalInt vectors) {
    /** The kinds that a device can have. */
    enum Kinds {
        MSIX,
        LINE,
        NONE
    }

    static final OptionKey<Kinds> INTERRUPTS = OptionKey.choice(
            "interrupts",
            "Which interrupts the device has: messages beside its line, the line alone, or none at all.",
            Kinds.MSIX);

    static final OptionKey<OptionalInt> VECTORS = new OptionKey<>(
            "vectors",
            "How many MSI-X vectors the device has: one for each queue and one for its configuration, or so many.",
            "all|1..2048",
            "all",
            InterruptOptions::number);

    static InterruptOptions of(Options options) {
        return new InterruptOptions(options.get(INTERRUPTS), options.get(VECTORS));
    }

    private static OptionalInt number(String text) {
        if (text.equals("all")) {
            return OptionalInt.empty();
        }
        OptionKey<Long> number = OptionKey.number("vectors", "", 1, 2048, 1);
        return OptionalInt.of(Math.toIntExact(number.parser().apply(text)));
    }

    /** Returns how many MSI-X vectors a device of so many queues has. */
    int vectors(int queues) {
        return kinds == Kinds.MSIX ? vectors.orElse(queues + 1) : 0;
    }

    /** Adds the interrupts of a device of so many queues to its function. */
    PciFunction addTo(PciFunction function, int queues) {
        PciFunction lined = kinds == Kinds.NONE ? function : function.withIntx();
        return kinds == Kinds.MSIX ? lined.withMsix(vectors(queues)) : lined;
    }
}
