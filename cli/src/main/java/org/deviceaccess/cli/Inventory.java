// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.deviceaccess.spi.Availability.Available;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.DeviceSummary;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.ProviderStatus;
import org.deviceaccess.spi.Verdict;
import org.deviceaccess.spi.pci.PciAddress;

/**
 * All devices that the backends know of, a PCI device that several know as one, and what each backend says of it.
 *
 * @param devices PCI devices by their address, then the others by theirs
 * @param failures why backends could not say what they know, by their names
 */
record Inventory(List<Device> devices, Map<String, RuntimeException> failures) {
    /**
     * A device.
     *
     * @param address what to type to name it: the bare address of a PCI device, so that configuration may decide
     * @param identity what it is
     * @param description what it is in words
     * @param attributes what else is known of it
     * @param verdicts what the backends that can open it or know of it say
     */
    record Device(
            String address,
            DeviceIdentity identity,
            String description,
            Map<String, String> attributes,
            List<Verdict> verdicts) {
        Optional<String> attribute(String name) {
            return Optional.ofNullable(attributes.get(name));
        }
    }

    private record Sighting(String backend, DeviceSummary summary) {}

    /** Asks all backends. One that fails does not keep the others from being asked. */
    static Inventory take(Devices devices, Progress progress) {
        Map<PciAddress, List<Sighting>> onPci = new TreeMap<>();
        Map<String, List<Sighting>> elsewhere = new TreeMap<>();
        Map<String, RuntimeException> failures = new TreeMap<>();
        for (ProviderStatus status : devices.providers()) {
            if (status instanceof ProviderStatus.Usable(var provider)) {
                progress.step("asking " + provider.name() + " for devices");
                try {
                    for (DeviceSummary summary : provider.discover()) {
                        Sighting sighting = new Sighting(provider.name(), summary);
                        PciAddress.parse(summary.identity().name())
                                .map(pci -> onPci.computeIfAbsent(pci, key -> new ArrayList<>()))
                                .orElseGet(() -> elsewhere.computeIfAbsent(
                                        summary.address().toString(), key -> new ArrayList<>()))
                                .add(sighting);
                    }
                } catch (RuntimeException e) {
                    failures.put(provider.name(), e);
                }
            }
        }
        List<Device> found = new ArrayList<>();
        onPci.forEach((address, seen) -> found.add(device(devices, address.toString(), seen, progress)));
        elsewhere.forEach((address, seen) -> found.add(device(devices, address, seen, progress)));
        return new Inventory(found, failures);
    }

    private static Device device(Devices devices, String address, List<Sighting> seen, Progress progress) {
        progress.step("asking what can open " + address);
        List<String> knownTo = seen.stream().map(Sighting::backend).toList();
        List<Verdict> verdicts = new ArrayList<>();
        for (Verdict verdict : verdicts(devices, address)) {
            // A backend that neither knows the device nor can open it has nothing to say that would help.
            if (verdict.availability() instanceof Available || knownTo.contains(verdict.provider())) {
                verdicts.add(verdict);
            }
        }
        Map<String, String> attributes = new LinkedHashMap<>();
        seen.forEach(sighting -> sighting.summary().attributes().forEach(attributes::putIfAbsent));
        DeviceSummary first = seen.getFirst().summary();
        return new Device(address, first.identity(), first.description(), attributes, verdicts);
    }

    private static List<Verdict> verdicts(Devices devices, String address) {
        return PciAddress.parse(address).isPresent()
                ? devices.verdicts(address)
                : devices.lookup(address).verdicts();
    }
}
