// SPDX-License-Identifier: Apache-2.0

/** Providers of third parties, of backends and of drivers: found and asked so that a broken one harms nobody else. */
package org.deviceaccess.spi.guard;
