// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.ProcessStatus;
import org.deviceaccess.linux.testing.FakeKernel;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DmaMemoryException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MemlockLimitException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The made-up kernel has a limit of 65,536 bytes. */
class PinningLimitTest {
    @TempDir
    Path directory = Path.of("");

    private DeviceAccessException explain(String capabilities, long lockedKib, long size) throws IOException {
        Path status = Files.writeString(
                directory.resolve("status"), "VmLck:\t" + lockedKib + " kB\nCapEff:\t" + capabilities + "\n");
        return explain(status, Errnos.ENOMEM, size);
    }

    private static DeviceAccessException explain(Path status, int errno, long size) {
        return PinningLimit.explain(new FakeKernel(), new ProcessStatus(status), Failure.during("map"), errno, size);
    }

    @Test
    void theLimitIsToBlameWhereItBindsAndIsExceeded() throws IOException {
        DeviceAccessException error =
                assertInstanceOf(MemlockLimitException.class, explain("0000000000000000", 40, 32 << 10));
        assertTrue(error.detail().contains("is 65536 bytes; 40960 are in use"), error.getMessage());
        assertTrue(String.valueOf(error.remedy()).contains("--memlock=73728:73728"), error.getMessage());
        assertInstanceOf(DmaMemoryException.class, explain("0000000000000000", 40, 16 << 10));
    }

    @Test
    void whomTheLimitDoesNotBindIsNotToldToRaiseIt() throws IOException {
        DeviceAccessException error =
                assertInstanceOf(DmaMemoryException.class, explain("000001ffffffffff", 40, 32 << 10));
        assertFalse(String.valueOf(error.remedy()).contains("--memlock"), error.getMessage());
        assertTrue(error.detail().contains("CAP_IPC_LOCK"), error.getMessage());
    }

    /** Beyond the limit, and within it. */
    @ParameterizedTest
    @ValueSource(longs = {32 << 10, 16 << 10})
    void whatTheKernelAnsweredIsKept(long size) throws IOException {
        Path status = Files.writeString(directory.resolve("status"), "VmLck:\t40 kB\nCapEff:\t0000000000000000\n");
        assertEquals(
                Errnos.of(Errnos.ENOMEM), explain(status, Errnos.ENOMEM, size).errno());
        assertEquals(
                Errnos.of(Errnos.EAGAIN), explain(status, Errnos.EAGAIN, size).errno());
    }
}
