// SPDX-License-Identifier: Apache-2.0
/** The simulated NVMe controller, after the NVM Express Base Specification 1.4. */
package org.deviceaccess.backend.sim.nvme;
