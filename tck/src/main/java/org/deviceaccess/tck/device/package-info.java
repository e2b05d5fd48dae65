// SPDX-License-Identifier: Apache-2.0
/**
 * Devices of known behaviour, which let the kit see what a backend does from the other end.
 *
 * <p>A backend alone cannot show that a write arrived or that an interrupt was counted; a device whose registers are
 * known can. {@link org.deviceaccess.tck.device.KnownDevice} is such knowledge. Third parties add their own as a service.
 */
package org.deviceaccess.tck.device;
