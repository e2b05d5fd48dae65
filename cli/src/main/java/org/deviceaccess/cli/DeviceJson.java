// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.TreeSet;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.driver.DriverCandidate;
import org.deviceaccess.spi.driver.Drivers;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.PermissionDeniedException;
import org.deviceaccess.spi.pci.PciCapabilities;
import org.deviceaccess.spi.pci.PciCapability;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;

/**
 * What there is to say of an open device, for a program.
 *
 * @param device the device
 * @param drivers the installed drivers
 */
record DeviceJson(DeviceAccess device, Drivers drivers) {
    ObjectNode render() {
        ObjectNode node =
                Json.object().put("address", device.address().toString()).put("open", true);
        node.set("identity", Json.identity(device.identity()));
        node.put("trust", device.trust().name());
        ArrayNode capabilities = node.putArray("capabilities");
        new TreeSet<>(device.capabilities()).forEach(capability -> capabilities.add(capability.name()));
        ArrayNode events = node.putArray("events");
        new TreeSet<>(device.events().kinds()).forEach(event -> events.add(event.name()));
        ArrayNode matching = node.putArray("drivers");
        for (DriverCandidate driver : drivers.candidates(device)) {
            ArrayNode missing = matching.addObject()
                    .put("name", driver.provider().name())
                    .put("match", driver.match().name())
                    .putArray("missing");
            driver.missing().forEach(missing::add);
        }
        ArrayNode regions = node.putArray("regions");
        for (RegionInfo region : device.regions()) {
            ArrayNode widths = regions.addObject()
                    .put("id", region.id().toString())
                    .put("size", region.size())
                    .put("space", region.space().name())
                    .put("readable", region.readable())
                    .put("writable", region.writable())
                    .put("mapped", region.mapped())
                    .putArray("widths");
            region.widths().stream().sorted().forEach(width -> widths.add(width.bits()));
        }
        ArrayNode interrupts = node.putArray("interrupts");
        device.interrupts()
                .kinds()
                .forEach(info -> interrupts
                        .addObject()
                        .put("kind", info.kind().name())
                        .put("vectors", info.vectors())
                        .put("maskable", info.maskable())
                        .put("autoMasked", info.autoMasked())
                        .put("triggerable", info.triggerable()));
        if (device.capabilities().contains(Capability.DMA)) {
            node.set("dma", dmaToJson(device.dma().limits()));
        }
        if (device.regions().stream().anyMatch(region -> region.id().equals(RegionId.CONFIG))) {
            addCapabilities(node);
        }
        return node;
    }

    private static ObjectNode dmaToJson(DmaLimits limits) {
        ObjectNode node = Json.object().put("addressKind", limits.addressKind().name());
        ArrayNode ranges = node.putArray("ranges");
        limits.ranges()
                .forEach(range -> ranges.addObject()
                        .put("first", "0x" + Long.toHexString(range.first()))
                        .put("last", "0x" + Long.toHexString(range.last())));
        return node.put("pageSizes", "0x" + Long.toHexString(limits.pageSizes()))
                .put("pageSize", limits.pageSize())
                .put("maxMappings", limits.maxMappings())
                .put("coherent", limits.coherent());
    }

    private void addCapabilities(ObjectNode node) {
        try {
            List<PciCapability> entries =
                    PciCapabilities.read(device.region(RegionId.CONFIG)).entries();
            ArrayNode list = node.putArray("pciCapabilities");
            entries.forEach(entry -> list.addObject()
                    .put("id", entry.id())
                    .put("name", PciNames.capability(entry))
                    .put("offset", entry.offset())
                    .put("extended", entry.extended())
                    .put("version", entry.version()));
        } catch (MalformedDeviceException | PermissionDeniedException e) {
            node.set("pciCapabilitiesError", Json.error(e));
        }
    }
}
