// SPDX-License-Identifier: Apache-2.0

import module java.base;
import module org.deviceaccess.spi;

/**
 * Copies a file to a disk, or a disk to a file, and verifies what was copied by reading it back.
 *
 * <p>It works with any block device over any backend: it asks for what it needs and names neither driver nor backend.
 */
static final int DEPTH = 16;
static final int CHUNK = 128 * 1024;

void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length != 3 || !List.of("to-disk", "to-file").contains(arguments[0])) {
        System.err.println("usage: BlockCopy to-disk|to-file DEVICE FILE");
        System.exit(2);
    }
    boolean toDisk = arguments[0].equals("to-disk");
    try (DeviceAccess device = Devices.open(arguments[1]);
            BlockDevice disk = Drivers.installed().attach(device, BlockDevice.class);
            FileChannel file = toDisk
                    ? FileChannel.open(Path.of(arguments[2]), StandardOpenOption.READ)
                    : FileChannel.open(
                            Path.of(arguments[2]),
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING)) {
        long bytes = toDisk ? file.size() : disk.geometry().size();
        if (bytes > disk.geometry().size() || bytes % disk.geometry().blockSize() != 0) {
            System.err.println("the file has " + bytes + " bytes; the disk has "
                    + disk.geometry().size() + " in blocks of " + disk.geometry().blockSize());
            System.exit(1);
        }
        CRC32C copied = new Copy(disk, file, toDisk, bytes).run(toDisk ? "write" : "read");
        if (toDisk) {
            disk.flush();
        }
        CRC32C verified = new Copy(disk, null, false, bytes).run("verify");
        if (copied.getValue() != verified.getValue()) {
            System.err.println("what is on the disk differs from what was copied");
            System.exit(1);
        }
        IO.println(String.format(Locale.ROOT, "copied and verified %d bytes, CRC-32C %08x", bytes, verified.getValue()));
    }
}

/** One pass over the disk, with many commands under way; what is read or written goes through a checksum in order. */
static final class Copy {
    private final BlockDevice disk;
    private final FileChannel file;
    private final boolean toDisk;
    private final long bytes;
    private final int chunk;
    private final boolean[] done = new boolean[DEPTH];
    private final CRC32C checksum = new CRC32C();

    Copy(BlockDevice disk, FileChannel file, boolean toDisk, long bytes) {
        this.disk = disk;
        this.file = file;
        this.toDisk = toDisk;
        this.bytes = bytes;
        int blockSize = disk.geometry().blockSize();
        this.chunk = Math.min(CHUNK / blockSize, disk.geometry().maxTransferBlocks()) * blockSize;
    }

    CRC32C run(String what) throws IOException, InterruptedException {
        long start = System.nanoTime();
        int depth = Math.min(DEPTH, disk.geometry().maxQueueDepth());
        // The queue is closed first: then the device uses the buffer no more.
        try (DmaBuffer buffer = disk.allocate((long) depth * chunk);
                BlockQueue queue = disk.openQueue(depth, Waiting.POLLING)) {
            long submitted = 0;
            int percent = 0;
            for (long finished = 0; finished < bytes; ) {
                while (submitted < bytes && queue.underWay() < queue.depth() && submitted < finished + buffer.size()) {
                    submit(queue, buffer, submitted);
                    submitted += chunk;
                }
                queue.await(Duration.ofMinutes(1), (token, status, deviceStatus) -> {
                    if (status != BlockStatus.SUCCESS) {
                        throw queue.failure(what, status, deviceStatus);
                    }
                    done[(int) token] = true;
                });
                for (; finished < submitted && done[slot(queue, finished)]; finished += chunk) {
                    finish(buffer, slot(queue, finished), finished);
                }
                for (; percent < Math.min(finished, bytes) * 100 / bytes; percent++) {
                    progress(what, percent + 1, start);
                }
            }
        }
        return checksum;
    }

    private void submit(BlockQueue queue, DmaBuffer buffer, long position) throws IOException {
        int slot = slot(queue, position);
        int length = (int) Math.min(chunk, bytes - position);
        int blockSize = disk.geometry().blockSize();
        long offset = (long) slot * chunk;
        done[slot] = false;
        if (toDisk) {
            ByteBuffer data = buffer.memory().asSlice(offset, length).asByteBuffer();
            while (data.hasRemaining() && file.read(data, position + data.position()) >= 0) {
                // a file may give less than was asked for
            }
            checksum.update(data.flip());
            queue.submitWrite(position / blockSize, length / blockSize, buffer, offset, slot);
        } else {
            queue.submitRead(position / blockSize, length / blockSize, buffer, offset, slot);
        }
    }

    private void finish(DmaBuffer buffer, int slot, long position) throws IOException {
        if (toDisk) {
            return;
        }
        long length = Math.min(chunk, bytes - position);
        ByteBuffer data = buffer.memory().asSlice((long) slot * chunk, length).asByteBuffer();
        checksum.update(data);
        if (file != null) {
            data.flip();
            while (data.hasRemaining()) {
                file.write(data, position + data.position());
            }
        }
    }

    private int slot(BlockQueue queue, long position) {
        return (int) (position / chunk % queue.depth());
    }

    private void progress(String what, int percent, long start) {
        if (percent % 10 == 0) {
            double seconds = (System.nanoTime() - start) / 1e9;
            System.err.printf(Locale.ROOT, "%s %3d %%  %.1f MiB/s%n", what, percent, bytes / 104857600.0 * percent / seconds);
        }
    }
}
