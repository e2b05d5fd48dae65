// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InvalidAddressException;
import org.deviceaccess.spi.pci.PciAddress;
import org.jspecify.annotations.Nullable;

/**
 * Names a device and, if wanted, the backend and its options.
 *
 * <pre>
 *   vfio:0000:00:10.0?mode=group&amp;name=value
 *   └┬─┘ └────┬─────┘ └─────────┬────────────┘
 *  backend  locator          options
 * </pre>
 *
 * <p>A bare PCI address ({@code 0000:00:10.0}) or a bare name ({@code nic0}, an alias of the configuration) leaves the
 * backend to the configuration; options may follow these too. Values of options are percent-encoded where they hold
 * {@code &}, {@code %} or {@code +}.
 *
 * @param backend the name of the backend, or {@code null} to let configuration decide
 * @param locator which device, in the words of the backend
 * @param options options by name, in the order they were written
 */
public record DeviceAddress(@Nullable String backend, String locator, Map<String, String> options) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");
    private static final Pattern LOCATOR = Pattern.compile("[\\p{Alnum}._:/@-]+");
    private static final Pattern OPTION_NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9.-]*");

    /**
     * Checks the parts.
     *
     * @throws InvalidAddressException if a part has characters that it cannot have
     */
    public DeviceAddress {
        if (backend != null && !isBackendName(backend)) {
            throw malformed(backend, "the backend's name '" + backend + "' is not lower-case letters, digits and '-'");
        }
        if (!LOCATOR.matcher(locator).matches()) {
            throw malformed(
                    locator,
                    "the locator '" + locator + "' is empty or has characters other than letters, digits"
                            + " and . _ : / @ -");
        }
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /**
     * Reads an address.
     *
     * @param text the address as above
     * @return its parts
     * @throws InvalidAddressException if the text does not follow the grammar; the message says where
     */
    public static DeviceAddress parse(String text) {
        int question = text.indexOf('?');
        String device = question < 0 ? text : text.substring(0, question);
        Map<String, String> options = question < 0 ? Map.of() : parseOptions(text, text.substring(question + 1));
        if (PciAddress.parse(device).isPresent()) {
            return new DeviceAddress(null, device, options);
        }
        int colon = device.indexOf(':');
        if (colon < 0) {
            return new DeviceAddress(null, device, options);
        }
        if (!isBackendName(device.substring(0, colon))) {
            throw malformed(
                    text,
                    "'" + device.substring(0, colon) + "' before the first ':' is not the name of a backend, and '"
                            + device + "' is no PCI address");
        }
        return new DeviceAddress(device.substring(0, colon), device.substring(colon + 1), options);
    }

    private static Map<String, String> parseOptions(String text, String query) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : query.split("&", -1)) {
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals);
            if (equals < 0 || !OPTION_NAME.matcher(name).matches()) {
                throw malformed(text, "the option '" + option + "' is not of the form name=value");
            }
            String value;
            try {
                value = URLDecoder.decode(option.substring(equals + 1), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw malformed(
                        text, "the value of the option '" + option + "' is not percent-encoded: " + e.getMessage());
            }
            if (options.put(name, value) != null) {
                throw malformed(text, "the option '" + name + "' is given twice");
            }
        }
        return options;
    }

    private static InvalidAddressException malformed(String text, String why) {
        return new InvalidAddressException(Failure.during("read the device address '" + text + "'")
                .because(why)
                .remedy("Write BACKEND:LOCATOR[?name=value&name=value], such as vfio:0000:00:10.0 or sim:edu"));
    }

    /** Returns whether a text, which may be {@code null} when it comes from a provider, can be a backend's name. */
    static boolean isBackendName(@Nullable String text) {
        return text != null && NAME.matcher(text).matches();
    }

    /** Returns the same device over the backend. */
    public DeviceAddress withBackend(String newBackend) {
        return new DeviceAddress(newBackend, locator, options);
    }

    /** Returns the same device with these options and no others. */
    public DeviceAddress withOptions(Map<String, String> newOptions) {
        return new DeviceAddress(backend, locator, newOptions);
    }

    /** Returns the text that {@link #parse} reads. */
    @Override
    public String toString() {
        String device = backend == null ? locator : backend + ":" + locator;
        if (options.isEmpty()) {
            return device;
        }
        StringJoiner query = new StringJoiner("&", device + "?", "");
        options.forEach((name, value) -> query.add(name + "=" + encode(value)));
        return query.toString();
    }

    private static String encode(String value) {
        // What the encoder escapes beyond need is readable again: paths and addresses are the usual values.
        return URLEncoder.encode(value, StandardCharsets.UTF_8)
                .replace("%2F", "/")
                .replace("%3A", ":");
    }
}
