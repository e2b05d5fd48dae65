// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InvalidOptionException;
import org.deviceaccess.spi.error.UnknownOptionException;

/** The options of one opening, checked against those that the backend has. Immutable. */
public final class Options {
    private final Map<String, String> values;

    private Options(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * Checks options against the keys that a backend has.
     *
     * @param backend the name of the backend, for messages
     * @param keys the options that it has
     * @param values options by name
     * @return the checked options
     * @throws UnknownOptionException if the backend has no option of a name; the message lists those it has
     * @throws InvalidOptionException if a parser refuses a value
     */
    public static Options of(String backend, Collection<OptionKey<?>> keys, Map<String, String> values) {
        Map<String, OptionKey<?>> known = new TreeMap<>();
        keys.forEach(key -> known.put(key.name(), key));
        Options options = new Options(values);
        for (String name : new TreeMap<>(values).keySet()) {
            OptionKey<?> key = known.get(name);
            if (key == null) {
                throw new UnknownOptionException(Failure.during("use the option '" + name + "'")
                        .because("the backend " + backend + " has no such option; "
                                + (known.isEmpty() ? "it has none" : "it has " + String.join(", ", known.keySet())))
                        .remedy("./deviceaccess backends lists every option with its documentation"));
            }
            options.get(key);
        }
        return options;
    }

    /**
     * Returns the value of an option, or its default.
     *
     * @param key one of the backend's options
     * @return the value
     * @throws InvalidOptionException if the parser refuses the value
     */
    public <T> T get(OptionKey<T> key) {
        String text = values.getOrDefault(key.name(), key.defaultValue());
        try {
            return key.parser().apply(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidOptionException(Failure.during("use the option " + key.name() + "=" + text)
                    .because("'" + text + "' is " + e.getMessage())
                    .remedy("Write " + key.name() + "=" + key.form() + " (" + key.documentation() + ")")
                    .cause(e));
        }
    }

    /** Returns the options that were said, by name. */
    public Map<String, String> asMap() {
        return values;
    }

    @Override
    public String toString() {
        return new TreeMap<>(values).toString();
    }
}
