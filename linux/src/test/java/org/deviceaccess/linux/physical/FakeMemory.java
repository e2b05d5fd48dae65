// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.physical;

import static org.mockito.Mockito.mock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.Mman;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.mockito.invocation.InvocationOnMock;

/** A kernel with hugepages at given physical addresses, in which any call can be made to fail. */
final class FakeMemory {
    static final long PAGE = 4096;
    static final long HUGE = 2 << 20;
    /** The next size of hugepages; AArch64 has it. */
    static final long LARGER = 32 << 20;

    static final int UNTOLD = 1;
    static final int ABSENT = 2;

    private record Mapping(MemorySegment memory, long length, long pageSize) {}

    final LibC libc = mock(LibC.class, this::answer);
    final Hugepages hugepages;
    /** Which frames of hugepages are free; handed out from the end, as the kernel does. */
    final List<Long> free = new ArrayList<>();
    /** Which frames of larger hugepages are free, likewise. */
    final List<Long> larger = new ArrayList<>();
    /** Which ordinary frames are free, likewise. */
    final List<Long> ordinary = new ArrayList<>(List.of(0x9000L, 0x8000L, 0x7000L));
    /** What calls answer instead of working, by name. */
    final Map<String, Integer> answers = new TreeMap<>();

    private final Map<Long, Mapping> mapped = new TreeMap<>();
    private final TreeMap<Long, Long> physical = new TreeMap<>();
    private final Set<Integer> open = new HashSet<>();
    private int pagemap;
    private int next = 10;
    private final List<String> names = new ArrayList<>();
    private int calls;
    private int failing = -1;
    private String failed = "";

    FakeMemory(Path sysfs, Long... frames) {
        free.addAll(List.of(frames));
        hugepages = new Hugepages(new Sysfs(sysfs));
        count(frames.length, frames.length);
    }

    /** Lets sysfs tell so many hugepages of the usual size. */
    void count(int total, int available) {
        count("2048kB", total, available);
    }

    /** Lets sysfs tell so many hugepages of the next size. */
    void countLarger(int total, int available) {
        count("32768kB", total, available);
    }

    private void count(String size, int total, int available) {
        Path pool = hugepages.sysfs().path("kernel/mm/hugepages/hugepages-" + size);
        try {
            Files.createDirectories(pool);
            Files.writeString(pool.resolve("nr_hugepages"), total + "\n");
            Files.writeString(pool.resolve("free_hugepages"), available + 1 + "\n");
            Files.writeString(pool.resolve("resv_hugepages"), "1\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets all entries of the pagemap be without a frame number, or without a page. */
    void pagemapSays(int what) {
        pagemap = what;
    }

    /** Moves everything to other physical addresses, as the kernel may with ordinary pages. */
    void move() {
        physical.replaceAll((address, frame) -> frame + (1L << 30));
    }

    void fail(int call) {
        failing = call;
    }

    int calls() {
        return calls;
    }

    /** Returns how many calls of a name there were since a number of calls. */
    long count(String name, int since) {
        return names.subList(since, calls).stream().filter(name::equals).count();
    }

    String failed() {
        return failed;
    }

    boolean isUntouched() {
        return open.isEmpty() && mapped.isEmpty();
    }

    int mappings() {
        return mapped.size();
    }

    private Object answer(InvocationOnMock call) {
        String name = call.getMethod().getName();
        switch (name) {
            case "getpagesize" -> {
                return (int) PAGE;
            }
            case "toString" -> {
                return "fake";
            }
            case "getrlimit" -> {
                at(call.getArgument(1), 16).fill((byte) -1);
                return 0;
            }
            default -> {}
        }
        names.add(name);
        int refusal = calls++ == failing ? -Errnos.EIO : answers.getOrDefault(name, 0);
        if (refusal < 0 && calls - 1 == failing) {
            failed = name;
        }
        return switch (name) {
            case "mmap" -> refusal < 0 ? (long) refusal : map((long) call.getArgument(1), (int) call.getArgument(3));
            case "munmap" -> unmap(call.getArgument(0), refusal);
            case "mlock" -> refusal < 0 ? refusal : lock(call.getArgument(0), call.getArgument(1));
            case "open" -> refusal < 0 ? refusal : opened();
            case "close" -> open.remove((int) call.getArgument(0)) ? refusal : -Errnos.EBADF;
            case "pread" ->
                refusal < 0 ? (long) refusal : entries(call.getArgument(1), call.getArgument(2), call.getArgument(3));
            default -> throw new AssertionError("nobody should call " + name);
        };
    }

    private int opened() {
        open.add(next);
        return next++;
    }

    private long map(long length, int flags) {
        if ((flags & Mman.MAP_SHARED) == 0) {
            throw new AssertionError("a fork would have a copy of it, or this process");
        }
        long unit = (flags & Mman.MAP_HUGETLB) == 0 ? PAGE : 1L << (flags >>> Mman.MAP_HUGE_SHIFT);
        if (length / unit > frames(unit).size()) {
            return -Errnos.ENOMEM;
        }
        MemorySegment memory = Arena.ofAuto().allocate(length, unit);
        memory.fill((byte) 0);
        mapped.put(memory.address(), new Mapping(memory, length, unit));
        return memory.address();
    }

    private List<Long> frames(long pageSize) {
        if (pageSize == HUGE) {
            return free;
        }
        return pageSize == PAGE ? ordinary : larger;
    }

    private int lock(long address, long length) {
        Mapping mapping = mapped.values().stream()
                .filter(m -> m.memory().address() <= address
                        && address + length <= m.memory().address() + m.length())
                .findFirst()
                .orElseThrow();
        long unit = mapping.pageSize();
        for (long at = address; at < address + length; at += unit) {
            physical.put(at, frames(unit).removeLast());
        }
        return 0;
    }

    private int unmap(long address, int refusal) {
        Mapping mapping = mapped.remove(address);
        if (mapping == null) {
            return -Errnos.EINVAL;
        }
        long unit = mapping.pageSize();
        for (long at = address; at < address + mapping.length(); at += unit) {
            Long frame = physical.remove(at);
            if (frame != null) {
                frames(unit).add(frame);
            }
        }
        return refusal;
    }

    private long entries(long buffer, long bytes, long offset) {
        MemorySegment entries = at(buffer, bytes);
        for (long i = 0; i < bytes / Long.BYTES; i++) {
            entries.setAtIndex(ValueLayout.JAVA_LONG, i, entry((offset / Long.BYTES + i) * PAGE));
        }
        return bytes;
    }

    private long entry(long address) {
        if (pagemap == UNTOLD) {
            return Pagemap.PRESENT;
        }
        Map.Entry<Long, Long> page = physical.floorEntry(address);
        if (page == null || pagemap == ABSENT) {
            return 0;
        }
        return Pagemap.PRESENT | 1L << 55 | (page.getValue() + address - page.getKey()) / PAGE;
    }

    @SuppressWarnings("restricted") // memory is handed over by its address
    private static MemorySegment at(long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size);
    }
}
