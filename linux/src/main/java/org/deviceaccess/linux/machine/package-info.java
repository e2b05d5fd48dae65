// SPDX-License-Identifier: Apache-2.0

/**
 * What of this machine decides whether devices can be opened, as findings: each class looks at one thing. A backend's
 * {@code diagnose()} is the list of those that it needs.
 */
package org.deviceaccess.linux.machine;
