// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deviceaccess.spi.Availability.Available;
import org.deviceaccess.spi.Availability.Unavailable;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * The choice of a backend for a device of which nobody said how to open it: the safest one that can open it now, and none
 * that gives it unprotected DMA unless that was allowed.
 *
 * @param providers who is asked
 * @param refused why others cannot be
 */
record AutomaticChoice(List<GuardedProvider> providers, List<ProviderStatus.Refused> refused) {
    // A real device before a simulated one, and one that cannot harm before one that can.
    private static final List<TrustLevel> ORDER =
            List.of(TrustLevel.IOMMU, TrustLevel.SIMULATED, TrustLevel.NO_DMA, TrustLevel.UNPROTECTED);

    /**
     * What a provider says.
     *
     * @param address what would be opened over it
     */
    private record Candidate(DeviceAddress address, Verdict verdict) {
        boolean isAvailable() {
            return verdict.availability() instanceof Available;
        }

        int rank() {
            return verdict.availability() instanceof Available(TrustLevel trust) ? ORDER.indexOf(trust) : ORDER.size();
        }
    }

    /**
     * Asks all providers.
     *
     * @param requested the address as it was asked for
     * @param device the device with its options; a backend that it names is not looked at
     * @return what all said, the safest that can open the device first
     */
    Lookup lookup(DeviceAddress requested, DeviceAddress device) {
        List<Candidate> candidates = new ArrayList<>();
        providers.forEach(provider -> candidates.add(ask(provider, device)));
        candidates.sort(Comparator.comparingInt(Candidate::rank));
        List<Verdict> verdicts = new ArrayList<>();
        candidates.forEach(candidate -> verdicts.add(candidate.verdict()));
        refused.forEach(provider -> verdicts.add(new Verdict(provider.name(), Unavailable.of(provider.error()))));
        return new Lookup(requested, device, verdicts, choice(candidates));
    }

    private static @Nullable DeviceAddress choice(List<Candidate> candidates) {
        return candidates.isEmpty() || !candidates.getFirst().isAvailable()
                ? null
                : candidates.getFirst().address();
    }

    private static Candidate ask(GuardedProvider provider, DeviceAddress device) {
        DeviceAddress address = device.withBackend(provider.name());
        Availability availability;
        try {
            address = address.withOptions(provider.withoutNeedlessConsent(device.options()));
            Options options = provider.options(address.options());
            availability = provider.probe(address, options);
            if (availability instanceof Available(TrustLevel trust)
                    && trust == TrustLevel.UNPROTECTED
                    && !isAllowed(options)) {
                availability = notAllowed(address);
            }
        } catch (DeviceAccessException e) {
            availability = Unavailable.of(e);
        }
        return new Candidate(address, new Verdict(provider.name(), availability));
    }

    /** The option may be one of the provider's own making, so that only its text is sure to be there. */
    private static boolean isAllowed(Options options) {
        return "true".equals(options.asMap().get(Devices.UNSAFE.name()));
    }

    private static Unavailable notAllowed(DeviceAddress address) {
        Map<String, String> options = new HashMap<>(address.options());
        options.put(Devices.UNSAFE.name(), "true");
        return new Unavailable(
                ErrorCode.UNSAFE_NOT_ALLOWED,
                "it would give the device unprotected access to all memory",
                "If the device and its driver are trusted, say so: " + address.withOptions(options));
    }
}
