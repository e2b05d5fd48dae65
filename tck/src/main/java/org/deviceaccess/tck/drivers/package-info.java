// SPDX-License-Identifier: Apache-2.0
/** The tests of drivers, by topic. */
package org.deviceaccess.tck.drivers;
