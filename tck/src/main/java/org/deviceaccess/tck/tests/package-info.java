// SPDX-License-Identifier: Apache-2.0
/** The tests of the requirements: final classes, so that nobody can weaken one by overriding it. */
package org.deviceaccess.tck.tests;
