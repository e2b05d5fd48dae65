// SPDX-License-Identifier: Apache-2.0
/** Results as JSON files and as a table. */
package org.deviceaccess.benchmarks.report;
