// SPDX-License-Identifier: Apache-2.0
/** A network card, for drivers of network ports; its cable ends in itself. */
package org.deviceaccess.backend.sim.e1000e;
