// SPDX-License-Identifier: Apache-2.0
/** Two contenders for the same work on the same device, in turns, and what was measured of each. */
package org.deviceaccess.benchmarks.contest;
