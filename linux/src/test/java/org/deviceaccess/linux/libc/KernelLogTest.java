// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelLogTest {
    private static final int CALL = -Errnos.EPERM;
    private static final String OVERWRITTEN = "";

    private final LibC libc = mock(LibC.class);
    private final Deque<String> records = new ArrayDeque<>();

    @SuppressWarnings("restricted") // memory is handed over by its address
    private void readable() {
        when(libc.open(KernelLog.PATH, Fcntl.O_RDONLY | Fcntl.O_NONBLOCK | Fcntl.O_CLOEXEC))
                .thenReturn(9);
        doAnswer(call -> {
                    if (records.isEmpty()) {
                        return (long) -Errnos.EAGAIN;
                    }
                    byte[] text = records.remove().getBytes(StandardCharsets.UTF_8);
                    if (text.length == 0) {
                        return (long) -Errnos.EPIPE;
                    }
                    MemorySegment.ofAddress(call.<Long>getArgument(1))
                            .reinterpret(call.<Long>getArgument(2))
                            .copyFrom(MemorySegment.ofArray(text));
                    return (long) text.length;
                })
                .when(libc)
                .read(anyInt(), anyLong(), anyLong());
    }

    @Test
    void onlyWhatIsLoggedDuringTheCallIsHeard() {
        readable();
        records.add("6,1,100,-;long ago\n");
        KernelLog.Answer answer = KernelLog.during(libc, () -> {
            records.add(OVERWRITTEN);
            records.add("4,2,200,-;vfio-pci 0000:00:10.0: not so; really\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:10.0\n");
            return CALL;
        });
        assertEquals(CALL, answer.result());
        assertEquals(List.of("vfio-pci 0000:00:10.0: not so; really"), answer.log());
        assertTrue(answer.says("not so"));
        assertFalse(answer.says("long ago"));
        verify(libc).close(9);
    }

    @Test
    void aFloodLeavesTheLatestLines() {
        readable();
        KernelLog.Answer answer = KernelLog.during(libc, () -> {
            for (int i = 0; i < 1000; i++) {
                records.add("4," + i + ",200,-;line " + i + "\n");
            }
            return 0;
        });
        assertEquals("line 999", answer.log().getLast());
        assertTrue(answer.log().size() < 10, answer::toString);
    }

    @Test
    void aLogThatMayNotBeReadIsNoError() {
        when(libc.open(KernelLog.PATH, Fcntl.O_RDONLY | Fcntl.O_NONBLOCK | Fcntl.O_CLOEXEC))
                .thenReturn(-Errnos.EPERM);
        KernelLog.Answer answer = KernelLog.during(libc, () -> CALL);
        assertEquals(CALL, answer.result());
        assertEquals("", answer.inWords());
    }
}
