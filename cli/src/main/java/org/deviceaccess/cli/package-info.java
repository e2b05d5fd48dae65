// SPDX-License-Identifier: Apache-2.0

/**
 * The {@code deviceaccess} command.
 *
 * <p>One class for each subcommand. What they show comes from the backends through the SPI: the command has no kernel
 * interface of its own, and a third party's backend is shown as fully as the project's.
 */
package org.deviceaccess.cli;
