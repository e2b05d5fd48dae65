// SPDX-License-Identifier: Apache-2.0
/** The works as an application of ours does them: on the device classes of the SPI, without naming a driver. */
package org.deviceaccess.benchmarks.driver;
