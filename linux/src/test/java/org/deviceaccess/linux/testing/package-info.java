// SPDX-License-Identifier: Apache-2.0
/** What the tests of several backends share: a kernel that can be made to fail, the guest, its edu device, scenarios. */
package org.deviceaccess.linux.testing;
