// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.kit;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.ProviderStatus.Usable;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.deviceaccess.tck.device.KnownDevice;
import org.jspecify.annotations.Nullable;

/**
 * What the device under test claimed when it was opened first; it decides which requirements apply.
 *
 * @param provider the provider that opened it
 * @param address its full address
 * @param identity what it is
 * @param trust its trust level
 * @param capabilities what it claims
 * @param addressKind what its device addresses are, or {@code null} where it has no DMA
 * @param knownDevice what is known of its behaviour, or {@code null}
 */
public record Survey(
        DeviceAccessProvider provider,
        DeviceAddress address,
        DeviceIdentity identity,
        TrustLevel trust,
        Set<Capability> capabilities,
        @Nullable AddressKind addressKind,
        @Nullable KnownDevice knownDevice) {
    /** Copies the set. */
    public Survey {
        capabilities = Set.copyOf(capabilities);
    }

    /**
     * Opens the device and asks it.
     *
     * @throws org.deviceaccess.spi.error.DeviceAccessException if it cannot be opened
     * @throws IllegalStateException if its address does not name the backend that opened it
     */
    public static Survey take(Devices devices, String address) {
        try (DeviceAccess device = devices.access(address)) {
            DeviceIdentity identity = device.identity();
            return new Survey(
                    providerOf(devices, device.address()),
                    device.address(),
                    identity,
                    device.trust(),
                    device.capabilities(),
                    addressKind(device),
                    known(identity).orElse(null));
        }
    }

    private static @Nullable AddressKind addressKind(DeviceAccess device) {
        if (!device.capabilities().contains(Capability.DMA)) {
            return null;
        }
        try {
            return device.dma().limits().addressKind();
        } catch (UnsupportedCapabilityException e) {
            // Claimed and then refused: that is for the tests of DMA to find, not for the survey.
            return null;
        }
    }

    private static DeviceAccessProvider providerOf(Devices devices, DeviceAddress address) {
        List<DeviceAccessProvider> named = devices.providers().stream()
                .filter(Usable.class::isInstance)
                .map(status -> ((Usable) status).provider())
                .filter(provider -> provider.name().equals(address.backend()))
                .toList();
        if (named.size() != 1) {
            throw new IllegalStateException("the open device says its address is " + address
                    + ", which does not begin with the name of the backend that opened it");
        }
        return named.getFirst();
    }

    private static Optional<KnownDevice> known(DeviceIdentity identity) {
        return ServiceLoader.load(KnownDevice.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(known -> known.matches(identity))
                .findFirst();
    }
}
