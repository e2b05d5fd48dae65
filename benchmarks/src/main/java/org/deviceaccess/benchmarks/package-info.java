// SPDX-License-Identifier: Apache-2.0
/** What {@code ./benchmarks/run} runs. */
package org.deviceaccess.benchmarks;
