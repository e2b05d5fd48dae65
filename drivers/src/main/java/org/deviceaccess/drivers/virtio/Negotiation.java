// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.virtio;

import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;

/** How driver and device agree on features (virtio 1.2, 3.1.1, steps 2 to 6). */
final class Negotiation {
    private static final String SET_UP = "set up";

    private final DeviceAccess device;
    private final CommonConfiguration common;
    private final String name;

    Negotiation(DeviceAccess device, CommonConfiguration common) {
        this.device = device;
        this.common = common;
        this.name = device.address().toString();
    }

    /**
     * Agrees with the device, which was reset.
     *
     * @param wanted what the driver can use beyond what all drivers here do
     * @return what was agreed on
     */
    long agree(long wanted) {
        common.setStatus(CommonConfiguration.ACKNOWLEDGE);
        common.setStatus(CommonConfiguration.ACKNOWLEDGE | CommonConfiguration.DRIVER);
        long offered = common.deviceFeatures();
        if ((offered & Features.VERSION_1) == 0) {
            fail();
            throw new MalformedDeviceException(Failure.during(SET_UP + " " + name)
                    .because("it does not offer VIRTIO_F_VERSION_1, which a modern device must; its features are "
                            + hex(offered))
                    .remedy("Use a device of virtio 1 or later; QEMU makes one with disable-legacy=on"));
        }
        if ((offered & Features.ACCESS_PLATFORM) == 0 && device.dma().limits().addressKind() == AddressKind.IOVA) {
            // Such a device takes an address for a physical one (6.1): what is there belongs to somebody else.
            fail();
            throw new UnsupportedCapabilityException(
                    Failure.during(SET_UP + " " + name)
                            .because("it does not offer VIRTIO_F_ACCESS_PLATFORM: its DMA goes past the IOMMU")
                            .remedy(
                                    "Let the device use the IOMMU (QEMU: iommu_platform=on), or open it over a backend without"));
        }
        long agreed = offered
                & (wanted
                        | Features.VERSION_1
                        | Features.ACCESS_PLATFORM
                        | Features.ORDER_PLATFORM
                        | Features.EVENT_IDX);
        common.setDriverFeatures(agreed);
        int status = CommonConfiguration.ACKNOWLEDGE | CommonConfiguration.DRIVER | CommonConfiguration.FEATURES_OK;
        common.setStatus(status);
        if ((common.status(SET_UP) & CommonConfiguration.FEATURES_OK) == 0) {
            fail();
            throw new UnsupportedCapabilityException(Failure.during(SET_UP + " " + name)
                    .because("it does not work with the features " + hex(agreed) + " of the " + hex(offered)
                            + " that it offers")
                    .remedy("Use another driver, or configure the device to have fewer features"));
        }
        return agreed;
    }

    /** Tells the device that the driver has given up on it. */
    private void fail() {
        common.setStatus(CommonConfiguration.FAILED);
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
