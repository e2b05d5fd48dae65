// SPDX-License-Identifier: Apache-2.0

/** What drivers have in common, whatever their device. */
package org.deviceaccess.drivers.support;
