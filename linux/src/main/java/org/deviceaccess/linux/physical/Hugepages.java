// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.linux.sysfs.Sysfs;

/**
 * The hugepages of the machine, as {@code /sys/kernel/mm/hugepages} shows them
 * (Documentation/admin-guide/mm/hugetlbpage.rst).
 *
 * @param sysfs the tree
 */
public record Hugepages(Sysfs sysfs) {
    private static final Pattern DIRECTORY = Pattern.compile("hugepages-([0-9]{1,12})kB");
    private static final long KIB = 1024;

    /**
     * The pages of one size.
     *
     * @param directory where the kernel shows them
     * @param pageSize the size of each in bytes
     * @param total how many there are
     * @param free how many of them nobody uses
     * @param reserved how many of the free ones are promised to mappings that did not touch them yet
     */
    public record Pool(Path directory, long pageSize, long total, long free, long reserved) {
        /** Returns how many pages can be had now. */
        public long available() {
            return Math.max(0, free - reserved);
        }

        /** Returns the command that makes the kernel have so many more pages. */
        public String reserveMore(long pages) {
            return RootCommands.forThisUser("echo " + (total + pages) + " > " + directory.resolve("nr_hugepages"));
        }

        /** Returns the size of a page as people say it: {@code 2 MiB}. */
        public String size() {
            long kib = pageSize / KIB;
            if (kib % (KIB * KIB) == 0) {
                return kib / (KIB * KIB) + " GiB";
            }
            return kib % KIB == 0 ? kib / KIB + " MiB" : kib + " KiB";
        }
    }

    /** Returns the hugepages of this system. */
    public static Hugepages system() {
        return new Hugepages(Sysfs.system());
    }

    /** Returns the sizes that the kernel knows, the smallest first, as they are now; none without hugetlbfs. */
    public List<Pool> pools() {
        return sizes().map(this::pool).toList();
    }

    /** Returns the first one of {@link #pools()}, if there is any. */
    public Optional<Pool> smallest() {
        return sizes().findFirst().map(this::pool);
    }

    private record Size(Path directory, long pageSize) {}

    private Stream<Size> sizes() {
        Path directory = sysfs.path("kernel/mm/hugepages");
        return sysfs.names(directory).stream()
                .map(DIRECTORY::matcher)
                .filter(Matcher::matches)
                .map(size -> new Size(directory.resolve(size.group()), Long.parseLong(size.group(1)) * KIB))
                .sorted(Comparator.comparingLong(Size::pageSize));
    }

    private Pool pool(Size size) {
        return new Pool(
                size.directory(),
                size.pageSize(),
                count(size.directory().resolve("nr_hugepages")),
                count(size.directory().resolve("free_hugepages")),
                count(size.directory().resolve("resv_hugepages")));
    }

    private long count(Path file) {
        return sysfs.decimalIfPresent(file).orElseThrow(() -> Sysfs.malformed(file, "there is no such file"));
    }
}
