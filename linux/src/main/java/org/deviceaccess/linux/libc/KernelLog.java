// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * What the kernel logs while something is refused (Documentation/ABI/testing/dev-kmsg): where one error number stands for
 * several causes, its log often tells which. Where the log may not be read, nothing is heard.
 */
public final class KernelLog {
    static final String PATH = "/dev/kmsg";

    private static final int LONGEST_RECORD = 8192; // linux/printk.h, CONSOLE_EXT_LOG_MAX
    private static final int MOST_RECORDS = 1 << 20;
    private static final int MOST_KEPT = 4;

    private KernelLog() {}

    /**
     * An answer of the kernel.
     *
     * @param result as it is
     * @param log what the kernel logged meanwhile, the latest lines only
     */
    public record Answer(int result, List<String> log) {
        /** Returns the log in words that are a detail of their own, or nothing. */
        public String said() {
            return log.isEmpty() ? "" : "the kernel's log says: " + String.join(" / ", log);
        }

        /** Returns the log in words to be appended to a detail, or nothing. */
        public String inWords() {
            return log.isEmpty() ? "" : "; " + said();
        }

        /** Returns whether a line of the log has this text. */
        public boolean says(String text) {
            return log.stream().anyMatch(line -> line.contains(text));
        }
    }

    /**
     * Repeats a call that was refused, and listens.
     *
     * @param libc the C library
     * @param call the call, which has no effect when it is refused
     * @return its answer this time
     */
    public static Answer during(LibC libc, IntSupplier call) {
        int result = libc.open(PATH, Fcntl.O_RDONLY | Fcntl.O_NONBLOCK | Fcntl.O_CLOEXEC);
        if (result < 0) {
            return new Answer(call.getAsInt(), List.of());
        }
        try (Fd log = new Fd(libc, result, PATH);
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LONGEST_RECORD);
            read(libc, log, buffer); // what was there before
            int answer = call.getAsInt();
            return new Answer(answer, read(libc, log, buffer));
        }
    }

    /** Returns the messages of the records up to the end. */
    private static List<String> read(LibC libc, Fd log, MemorySegment buffer) {
        List<String> messages = new ArrayList<>();
        int number = log.acquire();
        try {
            for (int i = 0; i < MOST_RECORDS; i++) {
                long length = libc.read(number, buffer.address(), buffer.byteSize());
                if (length == -Errnos.EPIPE) {
                    continue; // records were overwritten meanwhile: the next one is there
                }
                if (length <= 0) {
                    break;
                }
                messages.add(message(buffer.asSlice(0, length)));
                if (messages.size() > MOST_KEPT) {
                    messages.removeFirst();
                }
            }
        } finally {
            log.release();
        }
        return List.copyOf(messages);
    }

    /** Returns the text of a record: what follows the first semicolon, up to the lines that describe the device. */
    private static String message(MemorySegment record) {
        String text = new String(record.toArray(JAVA_BYTE), StandardCharsets.UTF_8);
        return text.substring(text.indexOf(';') + 1).lines().findFirst().orElse("");
    }
}
