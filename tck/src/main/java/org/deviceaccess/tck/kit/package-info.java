// SPDX-License-Identifier: Apache-2.0
/** What the tests of the kit are written with. */
package org.deviceaccess.tck.kit;
