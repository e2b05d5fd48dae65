// SPDX-License-Identifier: Apache-2.0
/** What came of a run of the kit, and its forms: a table, JSON, and a page. */
package org.deviceaccess.tck.report;
