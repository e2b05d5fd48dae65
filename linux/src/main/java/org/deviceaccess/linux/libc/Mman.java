// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

/**
 * Flags of {@code mmap(2)}, {@code madvise(2)} and {@code memfd_create(2)}, from asm-generic/mman-common.h,
 * asm-generic/mman.h, linux/mman.h and linux/memfd.h.
 */
public final class Mman {
    public static final int PROT_NONE = 0;
    public static final int PROT_READ = 1;
    public static final int PROT_WRITE = 2;
    public static final int MAP_SHARED = 1;
    public static final int MAP_PRIVATE = 2;
    public static final int MAP_FIXED = 0x10;
    public static final int MAP_ANONYMOUS = 0x20;
    public static final int MAP_LOCKED = 0x2000;
    public static final int MAP_NORESERVE = 0x4000;
    public static final int MAP_POPULATE = 0x8000;
    public static final int MAP_HUGETLB = 0x40000;
    public static final int MAP_FIXED_NOREPLACE = 0x100000;
    /** Where the logarithm of the hugepage size starts in the flags. */
    public static final int MAP_HUGE_SHIFT = 26;

    /** Of {@code madvise(2)}: make the memory of transparent huge pages. */
    public static final int MADV_HUGEPAGE = 14;
    /** Of {@code madvise(2)}, since Linux 5.14: put writable pages there now. */
    public static final int MADV_POPULATE_WRITE = 23;

    /** Of {@code memfd_create(2)}: close in programs that this process starts. */
    public static final int MFD_CLOEXEC = 0x1;

    private Mman() {}
}
