// SPDX-License-Identifier: Apache-2.0
/** Devices in between: they do what another does, write down what a driver does with it, and offer less or fail. */
package org.deviceaccess.tck.probe;
