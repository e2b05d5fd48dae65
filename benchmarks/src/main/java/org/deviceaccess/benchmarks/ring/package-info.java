// SPDX-License-Identifier: Apache-2.0
/** The driver's own work for a packet, on rings in memory and without a device, against a twin in C. */
package org.deviceaccess.benchmarks.ring;
