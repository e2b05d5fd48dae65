// SPDX-License-Identifier: Apache-2.0
/**
 * VFIO: the kernel interface that gives a device to user space (linux/vfio.h).
 *
 * <p>A class whose name is that of a kernel structure in camel case holds that structure's layout: {@code SIZE} is its
 * size, a constant named like a member in upper case is the offset of that member ({@code MEMBER_SIZE} is that of a member
 * called size), and a constant whose name begins with {@code VFIO_} is the macro or enumerator of that name. A test compiles a C program against the header and compares
 * all of them, which is why these classes hold no other constants.
 *
 * <p>{@link org.deviceaccess.linux.vfio.VfioAttachment} makes the way to a device's file through its group and a
 * container; {@link org.deviceaccess.linux.vfio.VfioDeviceAccess} makes an open device of that file: regions, interrupts,
 * events, reset and closing. How the device reaches memory is the {@link org.deviceaccess.linux.memory.DmaPart} that a
 * backend adds.
 */
package org.deviceaccess.linux.vfio;
