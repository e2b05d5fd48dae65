// SPDX-License-Identifier: Apache-2.0
/** A network card, for drivers of network ports; wired to itself or to another one. */
package org.deviceaccess.backend.sim.e1000e;
