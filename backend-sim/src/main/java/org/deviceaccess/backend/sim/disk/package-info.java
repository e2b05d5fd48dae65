// SPDX-License-Identifier: Apache-2.0
/** What simulated disks keep, whatever their interface. Not exported. */
package org.deviceaccess.backend.sim.disk;
