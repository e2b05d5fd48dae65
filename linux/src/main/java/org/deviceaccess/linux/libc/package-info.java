// SPDX-License-Identifier: Apache-2.0

/**
 * The C library, and what one needs around it: file descriptors with an owner, scratch memory, errors.
 *
 * <p>{@link org.deviceaccess.linux.libc.LibC} is the only way from Java into the kernel. Its methods answer as the kernel
 * does, with a result or a negated error number; {@link org.deviceaccess.linux.libc.KernelErrors} turns the latter into
 * an exception where the caller has nothing more precise to say. A descriptor is handled as
 * {@link org.deviceaccess.linux.libc.Fd}, so that its number is never used after it was closed and may belong to
 * another file.
 */
package org.deviceaccess.linux.libc;
