// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import java.util.Optional;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.DeviceAddress;
import org.deviceaccess.spi.OptionKey;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.InvalidAddressException;
import org.deviceaccess.spi.error.InvalidOptionException;
import org.deviceaccess.spi.error.UnknownBackendException;
import org.deviceaccess.spi.error.UnknownOptionException;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.TckTarget;
import org.junit.jupiter.api.Assumptions;

/** Openings that must fail, and how. */
final class ErrorTests {
    private static final String UNKNOWN = "there-is-no-such-thing";

    @Proves("DA-ERR-001")
    void unknownBackendIsRefused(TckTarget target) {
        DeviceAddress address = target.address().withBackend(UNKNOWN);
        Refusal.of("opening " + address, () -> open(target, address.toString()), UnknownBackendException.class)
                .hasCode(ErrorCode.BACKEND_UNKNOWN)
                .names(UNKNOWN, target.provider().name())
                .hasRemedy();
    }

    @Proves("DA-ERR-002")
    void malformedAddressIsRefused(TckTarget target) {
        String backend = target.provider().name();
        malformed(target, "", "''");
        malformed(target, backend + ":", "''");
        malformed(target, "No Backend:" + target.address().locator(), "No Backend");
        malformed(target, backend + ":a b", "a b");
        malformed(target, backend + ":x?novalue", "novalue");
        malformed(target, backend + ":x?a=1&a=2", "twice");
        malformed(target, backend + ":x?a=%zz", "%zz");
    }

    private static void malformed(TckTarget target, String address, String named) {
        Refusal.of("opening '" + address + "'", () -> open(target, address), InvalidAddressException.class)
                .hasCode(ErrorCode.ADDRESS_INVALID)
                .names(named)
                .hasRemedy();
    }

    @Proves("DA-ERR-003")
    void absentDeviceIsRefused(TckTarget target) {
        DeviceAddress absent = target.absentDevice();
        Refusal.of(
                        "opening " + absent,
                        () -> open(target, absent.toString()),
                        DeviceNotFoundException.class,
                        InvalidAddressException.class)
                .names(absent.locator())
                .hasRemedy();
    }

    @Proves("DA-ERR-004")
    void unknownOptionIsRefused(TckTarget target) {
        DeviceAddress address = target.withOption(UNKNOWN, "1");
        Refusal.of("opening " + address, () -> open(target, address.toString()), UnknownOptionException.class)
                .hasCode(ErrorCode.OPTION_UNKNOWN)
                .names(UNKNOWN, target.provider().name())
                .hasRemedy();
        try (DeviceAccess device = target.open()) {
            Use.registers(target, device);
        }
    }

    @Proves("DA-ERR-005")
    void malformedOptionIsRefused(TckTarget target) {
        Optional<OptionKey<?>> choosy = target.provider().options().stream()
                .filter(option -> isRefused(option, UNKNOWN))
                .findFirst();
        OptionKey<?> option = choosy.orElseGet(() -> Assumptions.abort("no option refuses the value " + UNKNOWN));
        DeviceAddress address = target.withOption(option.name(), UNKNOWN);
        Refusal.of("opening " + address, () -> open(target, address.toString()), InvalidOptionException.class)
                .hasCode(ErrorCode.OPTION_INVALID)
                .names(option.name(), UNKNOWN)
                .hasRemedy();
    }

    private static boolean isRefused(OptionKey<?> option, String value) {
        try {
            var _ = option.parser().apply(value);
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    private static void open(TckTarget target, String address) {
        target.devices().access(address).close();
    }
}
