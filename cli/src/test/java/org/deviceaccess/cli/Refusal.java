// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.ErrorCode;

/**
 * That a device cannot be opened, as the doctor and opening it say alike.
 *
 * @param address the device
 * @param code the condition
 * @param detail what was found
 * @param remedy what to do about it
 */
record Refusal(String address, ErrorCode code, String detail, String remedy) {
    // A remedy is words that end in a colon, and what to type.
    private static final Pattern COMMANDS =
            Pattern.compile("(?:^|.*?: )((?:sudo|echo|chown|modprobe|prlimit|fuser|setpriv) .*)");

    /** Requires that this process is refused a device, and that the doctor knows why. */
    static Refusal of(String address, ErrorCode code) {
        CommandRun doctor = CommandRun.of("doctor", "--json", address);
        assertEquals(1, doctor.exitCode(), doctor.out() + doctor.err());
        Refusal refusal = of(address, code, doctor.json().at("/device/verdicts"));
        var error = assertThrows(
                DeviceAccessException.class, () -> Devices.open(address).close());
        assertEquals(code, error.code(), error.getMessage());
        assertEquals(error.remedy(), refusal.remedy());
        return refusal;
    }

    /**
     * Requires that a process that is started so is refused a device, and knows why without opening it. One command
     * tells both here: a JVM takes long to start in a guest.
     */
    static Refusal of(String launcher, String address, ErrorCode code) {
        Guest.Outcome info = Guest.run(launcher + " ./deviceaccess info --json '" + address + "'");
        assertEquals(1, info.exitCode(), info.out() + info.err());
        JsonNode answer = json(info.out());
        Refusal refusal = of(address, code, answer.get("verdicts"));
        JsonNode error = answer.get("error");
        assertEquals(code.id(), error.get("code").textValue(), info.out());
        assertEquals(refusal.remedy(), error.get("remedy").textValue());
        return refusal;
    }

    private static Refusal of(String address, ErrorCode code, JsonNode verdicts) {
        JsonNode verdict = verdict(verdicts, address.substring(0, address.indexOf(':')));
        assertFalse(verdict.get("available").booleanValue(), verdict::toString);
        assertEquals(code.id(), verdict.get("reason").textValue(), verdict::toString);
        String remedy = verdict.get("remedy").textValue();
        assertNotNull(remedy, verdict::toString);
        return new Refusal(address, code, verdict.get("detail").textValue(), remedy);
    }

    /** Returns what a backend says. */
    static JsonNode verdict(JsonNode verdicts, String backend) {
        for (JsonNode verdict : verdicts) {
            if (verdict.get("backend").textValue().equals(backend)) {
                return verdict;
            }
        }
        throw new AssertionError("no verdict of " + backend + ": " + verdicts);
    }

    /** Returns what a backend found of a topic. */
    static JsonNode finding(String backend, JsonNode doctor, String topic) {
        for (JsonNode finding : doctor.get("findings")) {
            if (finding.get("topic").textValue().equals(topic)
                    && finding.get("backends").toString().contains("\"" + backend + "\"")) {
                return finding;
            }
        }
        throw new AssertionError("nothing of " + topic + ": " + doctor);
    }

    static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    /** Returns the remedy's commands, which must be there. */
    static String commands(String remedy) {
        Matcher matcher = COMMANDS.matcher(remedy);
        assertTrue(matcher.matches(), "nothing to type: " + remedy);
        return matcher.group(1);
    }

    /** Returns commands for a user as sudo would run them, which the guest does not have. */
    static String asRoot(String commands) {
        return commands.replaceFirst("^sudo ", "");
    }

    /** Types what the remedy says, as root. */
    void applyRemedy() {
        Guest.sh(asRoot(commands(remedy)));
    }

    /** Types what the remedy says, as root, and requires that this process can open the device then. */
    void cure() {
        applyRemedy();
        Devices.open(address).close();
        CommandRun doctor = CommandRun.of("doctor", "--json", address);
        assertEquals(0, doctor.exitCode(), doctor.out());
    }
}
