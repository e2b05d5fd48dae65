// SPDX-License-Identifier: Apache-2.0
/** The numbered requirements of the SPI, as data: read from one file, which also renders the specification's chapter. */
package org.deviceaccess.tck.spec;
