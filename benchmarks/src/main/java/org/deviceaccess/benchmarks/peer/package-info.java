// SPDX-License-Identifier: Apache-2.0
/** The programs that the drivers are measured against. */
package org.deviceaccess.benchmarks.peer;
