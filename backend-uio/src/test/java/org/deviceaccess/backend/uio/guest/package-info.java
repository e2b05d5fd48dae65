// SPDX-License-Identifier: Apache-2.0
/** Tests on a real kernel with the devices of the testbed. */
package org.deviceaccess.backend.uio.guest;
