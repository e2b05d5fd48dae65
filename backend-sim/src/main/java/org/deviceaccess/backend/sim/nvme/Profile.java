// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import org.deviceaccess.backend.sim.disk.Disk;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.Options;

/**
 * What a controller is made like; each part is an option.
 *
 * @param version the version that it claims
 * @param queues how many I/O queue pairs it has
 * @param completions in which order it does commands
 * @param doorbellStrideShift CAP.DSTRD
 * @param serial its serial number, from which its other identifiers are made
 * @param predecessor what state it is found in
 * @param namespaces what each namespace is, from id 1 on
 * @param size how many bytes each namespace has
 * @param blockSize the length of a block in bytes
 * @param format the index of the block format that is used
 */
record Profile(
        Version version,
        int queues,
        Order completions,
        int doorbellStrideShift,
        String serial,
        Predecessor predecessor,
        List<Kind> namespaces,
        long size,
        int blockSize,
        int format) {
    /** Pages of 4 KiB, the only ones that it has. */
    static final int PAGE_SIZE = 4096;

    /** The most that one command transfers, as a power of two of pages (MDTS). */
    static final int MAX_TRANSFER_SHIFT = 5;

    static final int MAX_TRANSFER = PAGE_SIZE << MAX_TRANSFER_SHIFT;

    /** The most entries of a queue (CAP.MQES, counted from 1). */
    static final int MAX_ENTRIES = 1024;

    /** In which order commands are done. */
    enum Order {
        IN_ORDER,
        REVERSED
    }

    /** What whoever had the device before left of it. */
    enum Predecessor {
        NONE,
        ENABLED,
        ENABLING,
        FAILED
    }

    /** What a namespace is. */
    enum Kind {
        BLOCK,
        METADATA,
        ZONED,
        INACTIVE;

        private static final String FORM = Arrays.stream(values())
                .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining("|"));

        static Kind parse(String text) {
            return Arrays.stream(values())
                    .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is not one of " + FORM));
        }
    }

    private static final int MOST_QUEUES = 16;
    private static final int MOST_NAMESPACES = 64;
    /** Where the list of formats in Identify Namespace ends (figure 245; all of it since NVM Express 2.0). */
    private static final int MOST_FORMATS = 64;

    private static final int LAST_CLASSIC_FORMAT = 15;
    private static final int SERIAL_LENGTH = 20;

    private static final OptionKey<Long> DOORBELL_STRIDE = OptionKey.number(
            "doorbell-stride", "The distance of the doorbells, 4 << n bytes (CAP.DSTRD of NVMe).", 0, 6, 0);
    private static final OptionKey<Long> QUEUES = OptionKey.number(
            "io-queues", "How many I/O queue pairs the NVMe controller grants (Number of Queues).", 1, MOST_QUEUES, 16);
    private static final OptionKey<Order> COMPLETIONS = OptionKey.choice(
            "completions",
            "In which order the NVMe controller does the commands that it finds in a queue together.",
            Order.IN_ORDER);
    private static final OptionKey<Predecessor> PREDECESSOR = OptionKey.choice(
            "predecessor",
            "What a predecessor left of the NVMe controller: nothing, or one that is enabled, that is being enabled for"
                    + " ever, or that has failed; the last two need a reset of the function.",
            Predecessor.NONE);
    private static final OptionKey<List<Kind>> NAMESPACES = new OptionKey<>(
            "namespaces",
            "What each namespace of the NVMe controller is, from id 1 on, separated by commas.",
            Kind.FORM + "[,…]",
            "block",
            Profile::namespaces);
    private static final OptionKey<Long> FORMAT = OptionKey.number(
            "format",
            "The index of the block format that the NVMe namespaces use (FLBAS); all before it have other block sizes.",
            0,
            MOST_FORMATS - 1,
            0);
    private static final OptionKey<String> SERIAL = new OptionKey<>(
            "serial",
            "The serial number of the NVMe controller; its other identifiers are made from it.",
            "TEXT",
            "SIM-0001",
            Profile::serial);

    static final List<OptionKey<?>> OPTIONS = List.of(
            Disk.SIZE,
            Disk.BLOCK_SIZE,
            FORMAT,
            NAMESPACES,
            QUEUES,
            COMPLETIONS,
            DOORBELL_STRIDE,
            Version.OPTION,
            SERIAL,
            PREDECESSOR);

    static Profile of(Options options) {
        return new Profile(
                options.get(Version.OPTION),
                Math.toIntExact(options.get(QUEUES)),
                options.get(COMPLETIONS),
                Math.toIntExact(options.get(DOORBELL_STRIDE)),
                options.get(SERIAL),
                options.get(PREDECESSOR),
                options.get(NAMESPACES),
                options.get(Disk.SIZE),
                Math.toIntExact(options.get(Disk.BLOCK_SIZE)),
                Math.toIntExact(options.get(FORMAT)));
    }

    /** Returns how many messages it has: one for each pair of queues. */
    int vectors() {
        return queues + 1;
    }

    /** Returns whether it has command sets beside the NVM command set. */
    boolean hasCommandSets() {
        return namespaces.contains(Kind.ZONED);
    }

    /** Returns whether the host may have to know of more formats than sixteen (CTRATT bit 15 of version 2.0). */
    boolean hasExtendedFormats() {
        return format > LAST_CLASSIC_FORMAT;
    }

    /** Returns what identifies the controller. */
    UUID uuid() {
        return UUID.nameUUIDFromBytes(serial.getBytes(StandardCharsets.US_ASCII));
    }

    private static List<Kind> namespaces(String text) {
        String[] kinds = text.split(",", -1);
        if (kinds.length > MOST_NAMESPACES) {
            throw new IllegalArgumentException(kinds.length + " namespaces are more than " + MOST_NAMESPACES);
        }
        return Arrays.stream(kinds).map(Kind::parse).toList();
    }

    private static String serial(String text) {
        if (text.isEmpty() || text.length() > SERIAL_LENGTH || !text.chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw new IllegalArgumentException("not 1 to " + SERIAL_LENGTH + " printable ASCII characters");
        }
        return text;
    }
}
