// SPDX-License-Identifier: Apache-2.0

/**
 * Reading sysfs, with errors that name the file and what was in it.
 *
 * <p>The tree can be anywhere, so that a made-up one can be read. Nothing is kept: every call reads the file anew, as
 * devices come and go.
 */
package org.deviceaccess.linux.sysfs;
