// SPDX-License-Identifier: Apache-2.0
/** The kernel interfaces the Linux backends stand on. */
package org.deviceaccess.linux;
