// SPDX-License-Identifier: Apache-2.0

/**
 * What can go wrong, one class per condition.
 *
 * <p>The whole tree is unchecked, since a register access must be able to report
 * {@link org.deviceaccess.spi.error.DeviceLostException}. The same condition gives the same class on every backend, so
 * a program can catch what it can handle without knowing which backend runs below it. Every exception carries a stable
 * {@linkplain org.deviceaccess.spi.error.ErrorCode code}, the operation that was tried, the path and the
 * {@linkplain org.deviceaccess.spi.error.Errno errno} where there are any, and a remedy that a person can type.
 *
 * <p>Two conditions are reported by classes of the JDK instead: the use of something closed is an
 * {@link java.lang.IllegalStateException}, and a wait that was interrupted is an {@link java.lang.InterruptedException}.
 */
package org.deviceaccess.spi.error;
