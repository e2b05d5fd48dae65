// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.pci;

/** How a PCI function gets another driver (Documentation/ABI/testing/sysfs-bus-pci, {@code driver_override}). */
public final class PciBinding {
    private PciBinding() {}

    /**
     * Returns the commands that bind a function to a driver, to be typed by root.
     *
     * @param device the address of the function
     * @param driver the name of the driver
     * @param bound whether a driver may hold it now: it lets go first, as a probe leaves a function alone that has one
     */
    public static String commands(String device, String driver, boolean bound) {
        String node = "/sys/bus/pci/devices/" + device;
        String unbind = bound ? "echo " + device + " > " + node + "/driver/unbind; " : "";
        return unbind + "echo " + driver + " > " + node + "/driver_override; echo " + device
                + " > /sys/bus/pci/drivers_probe";
    }
}
