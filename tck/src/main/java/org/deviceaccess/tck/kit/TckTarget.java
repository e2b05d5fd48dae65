// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.kit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deviceaccess.spi.Capability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAccessProvider;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.pci.PciAddress;
import org.deviceaccess.tck.device.KnownDevice;
import org.deviceaccess.tck.device.KnownDma;
import org.deviceaccess.tck.spec.Effort;
import org.junit.jupiter.api.Assumptions;

/** The device under test, as a test gets it: closed, to be opened as often as needed. */
public final class TckTarget {
    private static final String ABSENT_PCI = "ffff:ff:1f.7";
    private static final String ABSENT = "there-is-no-such-device";

    private final TckRun run;

    TckTarget(TckRun run) {
        this.run = run;
    }

    /**
     * Opens the device afresh, through the entry point that applications use. What an earlier test has left in it is
     * brought to rest where its behaviour is known.
     */
    public DeviceAccess open() {
        DeviceAccess device = run.devices().access(run.address());
        KnownDevice known = run.survey().knownDevice();
        if (known != null) {
            known.quiesce(device);
        }
        return device;
    }

    /** Returns what opens devices. */
    public Devices devices() {
        return run.devices();
    }

    /** Returns what the device claimed when it was opened first. */
    public Survey survey() {
        return run.survey();
    }

    /** Returns the provider of the device's backend. */
    public DeviceAccessProvider provider() {
        return run.survey().provider();
    }

    /** Returns the full address of the device. */
    public DeviceAddress address() {
        return run.survey().address();
    }

    /** Returns the options of the device's address, checked as the provider gets them. */
    public Options options() {
        return Options.of(provider().name(), provider().options(), address().options());
    }

    /** Returns the device's address with one option more, or with another value of it. */
    public DeviceAddress withOption(String name, String value) {
        Map<String, String> options = new LinkedHashMap<>(address().options());
        options.put(name, value);
        return address().withOptions(options);
    }

    /** Returns an address of the same backend and options for a device that does not exist. */
    public DeviceAddress absentDevice() {
        boolean pci = PciAddress.parse(address().locator()).isPresent();
        return new DeviceAddress(
                address().backend(), pci ? ABSENT_PCI : ABSENT, address().options());
    }

    /** Returns how often races and leaks are to be tried. */
    public Effort effort() {
        return run.effort();
    }

    /** Returns whether the device claims a capability. */
    public boolean claims(Capability capability) {
        return run.survey().capabilities().contains(capability);
    }

    /** Returns what is known of the device's behaviour; ends the test as inapplicable where nothing is. */
    public KnownDevice known() {
        KnownDevice known = run.survey().knownDevice();
        if (known == null) {
            return Assumptions.abort("nothing is known of the behaviour of the device "
                    + run.survey().identity().name() + "; a KnownDevice service can teach it");
        }
        return known;
    }

    /** Returns the known DMA engine of the device; ends the test as inapplicable where there is none. */
    public KnownDma knownDma() {
        return known().dma()
                .orElseGet(() -> Assumptions.abort("the device " + known().name() + " has no known DMA engine"));
    }
}
