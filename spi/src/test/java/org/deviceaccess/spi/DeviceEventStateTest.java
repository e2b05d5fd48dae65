// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

@Isolated
class DeviceEventStateTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(DeviceEventState.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final DeviceEventState both =
            new DeviceEventState("vfio:0000:00:10.0", Set.of(DeviceEvent.RELEASE_REQUESTED, DeviceEvent.ERROR));

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
        logger.setAdditive(true);
    }

    @Test
    void aRequestNobodyWaitsForIsAWarningThatSaysWhatToDo() {
        both.raise(DeviceEvent.RELEASE_REQUESTED);
        assertEquals(1, log.list.size(), log.list.toString());
        assertEquals(Level.WARN, log.list.getFirst().getLevel());
        String said = log.list.getFirst().getFormattedMessage();
        assertTrue(said.startsWith("vfio:0000:00:10.0: the system wants the device back"), said);
        assertTrue(said.contains("unbind, unplug"), said);
        assertTrue(
                said.endsWith("close it, or end this process, "
                        + ProcessHandle.current().pid()),
                said);
    }

    @Test
    void anErrorIsAWarningToo() {
        both.raise(DeviceEvent.ERROR);
        assertEquals(1, log.list.size(), log.list.toString());
        assertEquals(Level.WARN, log.list.getFirst().getLevel());
        assertTrue(log.list.getFirst().getFormattedMessage().contains("reset it or close it"), log.list.toString());
    }

    /** The kernel asks again and again. */
    @Test
    void whatIsNotOverIsSaidOnce() {
        both.raise(DeviceEvent.ERROR);
        both.raise(DeviceEvent.ERROR);
        assertEquals(1, log.list.size(), log.list.toString());
        both.over(DeviceEvent.ERROR);
        both.raise(DeviceEvent.ERROR);
        assertEquals(2, log.list.size(), log.list.toString());
    }

    @Test
    void aClosedDeviceHasNoEvents() {
        both.close();
        both.raise(DeviceEvent.ERROR);
        assertEquals(List.of(), log.list);
        assertThrows(IllegalStateException.class, () -> both.await(Duration.ZERO));
        assertThrows(IllegalStateException.class, () -> both.trigger(DeviceEvent.ERROR));
    }

    @Test
    void whatIsTriggeredComes() throws InterruptedException {
        assertEquals(both.kinds(), both.triggerable());
        both.trigger(DeviceEvent.ERROR);
        assertEquals(Optional.of(DeviceEvent.ERROR), both.await(Duration.ZERO));
    }

    @Test
    @Timeout(60)
    void aNegativeTimeIsNotWaited() throws InterruptedException {
        for (Duration timeout : List.of(
                Duration.ofNanos(-1),
                Duration.ofSeconds(-1),
                Duration.ofNanos(Long.MIN_VALUE),
                Duration.ofSeconds(Long.MIN_VALUE))) {
            assertEquals(Optional.empty(), both.await(timeout), timeout::toString);
        }
    }

    @Test
    void whatIsTriggeredAlarmsNobodyAndWhatComesThenDoes() {
        both.trigger(DeviceEvent.RELEASE_REQUESTED);
        assertEquals(List.of(), warnings());
        both.raise(DeviceEvent.RELEASE_REQUESTED);
        assertEquals(1, warnings().size());
        both.raise(DeviceEvent.RELEASE_REQUESTED);
        assertEquals(1, warnings().size());
    }

    private List<ILoggingEvent> warnings() {
        return log.list.stream().filter(each -> each.getLevel() == Level.WARN).toList();
    }

    @Test
    void whatIsTriggeredComesFromWhereEventsComeFrom() throws InterruptedException {
        List<DeviceEvent> asked = new ArrayList<>();
        DeviceEventState events = new DeviceEventState("device", Set.of(DeviceEvent.RELEASE_REQUESTED), asked::add);
        events.trigger(DeviceEvent.RELEASE_REQUESTED);
        assertEquals(List.of(DeviceEvent.RELEASE_REQUESTED), asked);
        assertEquals(Optional.empty(), events.await(Duration.ZERO));
        assertThrows(UnsupportedCapabilityException.class, () -> events.trigger(DeviceEvent.ERROR));
        assertEquals(1, asked.size());
    }
}
