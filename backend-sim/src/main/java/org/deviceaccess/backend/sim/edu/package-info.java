// SPDX-License-Identifier: Apache-2.0

/** The model of QEMU's educational device (docs/specs/edu.rst). */
package org.deviceaccess.backend.sim.edu;
