// SPDX-License-Identifier: Apache-2.0

/** What drivers of block devices have in common, whatever their device. Not exported. */
package org.deviceaccess.drivers.block;
