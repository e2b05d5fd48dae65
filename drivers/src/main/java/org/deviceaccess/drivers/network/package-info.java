// SPDX-License-Identifier: Apache-2.0

/** What drivers of network ports have in common, whatever their device. */
package org.deviceaccess.drivers.network;
