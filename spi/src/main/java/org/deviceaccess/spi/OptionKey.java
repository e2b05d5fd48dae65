// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An option that a backend understands, with what a person needs to know to use it.
 *
 * @param name its name in addresses and configuration
 * @param documentation what it does, in one sentence
 * @param form what a value looks like: {@code true|false}, {@code SIZE}
 * @param defaultValue the value where none is given, as text
 * @param parser turns text into a value and throws {@link IllegalArgumentException} saying what is wrong with it
 * @param <T> the type of the value
 */
public record OptionKey<T>(
        String name, String documentation, String form, String defaultValue, Function<String, T> parser) {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,18})([KMGkmg]?)");

    /** Returns an option that is on or off. */
    public static OptionKey<Boolean> flag(String name, String documentation, boolean defaultValue) {
        return new OptionKey<>(
                name, documentation, "true|false", Boolean.toString(defaultValue), text -> switch (text) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw new IllegalArgumentException("neither true nor false");
                });
    }

    /** Returns an option whose value is one of an enumeration's constants, written in lower case. */
    public static <E extends Enum<E>> OptionKey<E> choice(String name, String documentation, E defaultValue) {
        E[] constants = defaultValue.getDeclaringClass().getEnumConstants();
        String form =
                String.join("|", Arrays.stream(constants).map(OptionKey::lower).toList());
        return new OptionKey<>(
                name,
                documentation,
                form,
                lower(defaultValue),
                text -> Arrays.stream(constants)
                        .filter(constant -> lower(constant).equals(text))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("not one of " + form)));
    }

    /** Returns an option whose value is a whole number between two bounds. */
    public static OptionKey<Long> number(String name, String documentation, long least, long most, long defaultValue) {
        return new OptionKey<>(name, documentation, least + ".." + most, Long.toString(defaultValue), text -> {
            long value;
            try {
                value = Long.decode(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("not a whole number", e);
            }
            if (value < least || value > most) {
                throw new IllegalArgumentException("not between " + least + " and " + most);
            }
            return value;
        });
    }

    /** Returns an option whose value is a number of bytes, with K, M or G for powers of 1,024. */
    public static OptionKey<Long> size(String name, String documentation, String defaultValue) {
        return new OptionKey<>(name, documentation, "SIZE[K|M|G]", defaultValue, text -> {
            Matcher matcher = SIZE.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("not a size such as 4096, 64K or 1G");
            }
            int shift = switch (matcher.group(2).toUpperCase(Locale.ROOT)) {
                case "K" -> 10;
                case "M" -> 20;
                case "G" -> 30;
                default -> 0;
            };
            long number = Long.parseLong(matcher.group(1));
            if (number > Long.MAX_VALUE >> shift) {
                throw new IllegalArgumentException("too large");
            }
            return number << shift;
        });
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
