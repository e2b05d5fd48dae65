// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

/**
 * What one provider says of one device.
 *
 * @param provider the provider's name, or its class where it could not be loaded
 * @param availability whether it can open the device, and why not
 */
public record Verdict(String provider, Availability availability) {}
