// SPDX-License-Identifier: Apache-2.0

/**
 * Memory that the kernel maps: of a device, or anonymous for DMA.
 *
 * <p>A mapping is a {@link java.lang.foreign.MemorySegment} of an {@link java.lang.foreign.Arena}, and is removed when
 * the arena is closed. So an access that comes too late throws, where with a bare address it would end the JVM. The
 * arena should be a shared one, and be shared by what dies together: closing one stops every thread of the process for
 * a moment.
 */
package org.deviceaccess.linux.memory;
