// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.Options;
import org.deviceaccess.spi.TrustLevel;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceBusyException;
import org.deviceaccess.spi.error.DeviceNotBoundException;
import org.deviceaccess.spi.error.Errno;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.GroupNotViableException;
import org.deviceaccess.spi.error.PermissionDeniedException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The command says of a device what opening it says: cause, file, errno and remedy, word for word. */
class DoctorSaysWhatOpenSaysTest {
    private static final String ADDRESS = "refusing:0000:00:12.0";
    private static final Failure FAILURE = Failure.during("open " + ADDRESS);

    /** Refuses its devices. */
    private static final class Refusing extends FakeProvider {
        private final DeviceAccessException refusal;

        Refusing(DeviceAccessException refusal) {
            super("refusing", 1, TrustLevel.IOMMU);
            this.refusal = refusal;
        }

        @Override
        public Availability probe(DeviceAddress address, Options options) {
            return Availability.Unavailable.of(refusal);
        }

        @Override
        public DeviceAccess open(DeviceAddress address, Options options) {
            throw refusal;
        }
    }

    @TestFactory
    Stream<DynamicTest> ofEveryRefusal() {
        Stream<DeviceAccessException> refusals = Stream.of(
                new DeviceNotBoundException(FAILURE.because("it has no driver").remedy("As root: echo 1 > /sys/a")),
                new DeviceBusyException(
                        FAILURE.because("another process has it").path("/dev/vfio/7")),
                new GroupNotViableException(FAILURE.because("0000:00:12.1 (e1000e) is in the group")
                        .path("/dev/vfio/7")
                        .remedy("As root: echo \"0000:00:12.1\" > /sys/b")),
                new PermissionDeniedException(FAILURE.path("/dev/uio0")
                        .errno(new Errno(13, "EACCES"))
                        .because("uid 1000 may not write it")
                        .remedy("As root: chown 1000 /dev/uio0")));
        return refusals.map(refusal -> DynamicTest.dynamicTest(refusal.code().id(), () -> assertSaid(refusal)));
    }

    private static void assertSaid(DeviceAccessException refusal) {
        Refusing provider = new Refusing(refusal);
        Devices devices = Devices.builder()
                .providers(List.of(provider))
                .properties(Map.of())
                .environment(Map.of())
                .build();
        DeviceAccessException error = assertThrows(DeviceAccessException.class, () -> devices.access(ADDRESS));

        CommandRun json = CommandRun.with(List.of(provider), "doctor", "--json", ADDRESS);
        assertEquals(1, json.exitCode(), json.err());
        JsonNode verdict = Refusal.verdict(json.json().at("/device/verdicts"), "refusing");
        assertFalse(verdict.get("available").booleanValue(), verdict::toString);
        assertEquals(error.code().id(), verdict.get("reason").textValue());
        assertEquals(error.remedy(), verdict.get("remedy").textValue());
        Function<String, Boolean> said = verdict.get("detail").textValue()::contains;
        assertTrue(said.apply(error.detail()), verdict::toString);
        assertTrue(error.path() == null || said.apply(error.path()), verdict::toString);
        assertTrue(error.errno() == null || said.apply(error.errno().toString()), verdict::toString);

        CommandRun text = CommandRun.with(List.of(provider), "doctor", ADDRESS);
        assertEquals(1, text.exitCode(), text.err());
        assertTrue(text.out().contains(error.code().id()), text.out());
        assertTrue(error.remedy() == null || text.out().contains(error.remedy()), text.out());
    }
}
