// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import org.deviceaccess.spi.Availability;
import org.deviceaccess.spi.DeviceIdentity;
import org.deviceaccess.spi.Verdict;
import org.deviceaccess.spi.error.DeviceAccessException;

/** What {@code --json} writes; the names are a part of the command's interface. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    static void print(PrintWriter out, JsonNode node) {
        try {
            out.println(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values cannot be written", e);
        }
        out.flush();
    }

    static ObjectNode error(DeviceAccessException error) {
        return object().put("code", error.code().id())
                .put("operation", error.operation())
                .put("detail", error.detail())
                .put("path", error.path())
                .put("errno", error.errno() == null ? null : error.errno().number())
                .put("remedy", error.remedy());
    }

    static ObjectNode verdict(Verdict verdict) {
        ObjectNode node = object().put("backend", verdict.provider());
        return switch (verdict.availability()) {
            case Availability.Available(var trust) ->
                node.put("available", true).put("trust", trust.name());
            case Availability.Unavailable(var reason, var detail, var remedy) ->
                node.put("available", false)
                        .put("reason", reason.id())
                        .put("detail", detail)
                        .put("remedy", remedy);
        };
    }

    static ObjectNode identity(DeviceIdentity identity) {
        ObjectNode node = object().put("name", identity.name()).put("numaNode", identity.numaNode());
        if (identity.pci() != null) {
            node.putObject("pci")
                    .put("id", identity.pci().toString())
                    .put("vendor", identity.pci().vendor())
                    .put("device", identity.pci().device())
                    .put("subsystemVendor", identity.pci().subsystemVendor())
                    .put("subsystem", identity.pci().subsystem())
                    .put("classCode", identity.pci().classCode())
                    .put("revision", identity.pci().revision());
        }
        return node;
    }
}
