// SPDX-License-Identifier: Apache-2.0
/** Virtio devices on PCI, for drivers of them: one transport, and the types of device that work behind it. */
package org.deviceaccess.backend.sim.virtio;
