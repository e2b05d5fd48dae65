// SPDX-License-Identifier: Apache-2.0

/** What every open device of a Linux backend does the same way, above all closing. */
package org.deviceaccess.linux.device;
