// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InvalidOptionException;

/**
 * Which keys there are. One that nobody reads would be a choice that silently does not count, so it is an error wherever
 * it is said; which options a backend has, it says itself when it is asked.
 */
final class ConfigurationKeys {
    static final String PREFIX = "deviceaccess.";
    static final String CONFIG = PREFIX + "config";
    static final String BACKEND = PREFIX + "backend";
    static final String ALIAS = PREFIX + "alias.";

    /** What the project's scripts and tests say to each other, and no configuration. */
    private static final Set<String> OTHERS =
            Set.of(PREFIX + "testbed", PREFIX + "cache", PREFIX + "kernel.headers", PREFIX + "test.");

    private static final int LIKELY_MISTAKES = 3;

    private final Collection<String> backends;

    /** @param backends the names of all backends */
    ConfigurationKeys(Collection<String> backends) {
        this.backends = backends;
    }

    /** Returns the environment variable of a key: {@code deviceaccess.alias.nic-0} is DEVICEACCESS_ALIAS_NIC_0. */
    static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /**
     * Refuses keys that nobody reads.
     *
     * @throws InvalidOptionException if there is one; it names those that are most like it
     */
    void require(Map<String, String> properties, Map<String, String> environment, Map<String, String> file) {
        requireKnown(file, "the configuration file", UnaryOperator.identity());
        requireKnown(properties, "the system properties", UnaryOperator.identity());
        requireKnown(environment, "the environment", ConfigurationKeys::variable);
    }

    private void requireKnown(Map<String, String> entries, String where, UnaryOperator<String> spelling) {
        for (String name : new TreeSet<>(entries.keySet())) {
            if (name.startsWith(spelling.apply(PREFIX)) && !isKnown(name, spelling)) {
                throw unknown(name, where, spelling);
            }
        }
    }

    private boolean isKnown(String name, UnaryOperator<String> spelling) {
        return name.equals(spelling.apply(BACKEND))
                || name.equals(spelling.apply(CONFIG))
                || OTHERS.stream()
                        .map(spelling)
                        .anyMatch(other ->
                                other.endsWith(spelling.apply(".")) ? name.startsWith(other) : name.equals(other))
                || prefixes().stream()
                        .map(spelling)
                        .anyMatch(prefix -> name.startsWith(prefix) && name.length() > prefix.length());
    }

    private List<String> prefixes() {
        List<String> prefixes = new ArrayList<>(List.of(ALIAS));
        backends.forEach(backend -> prefixes.add(PREFIX + backend + "."));
        return prefixes;
    }

    private InvalidOptionException unknown(String name, String where, UnaryOperator<String> spelling) {
        List<String> nearest = nearest(name, spelling);
        return unknown(
                name,
                where,
                nearest.isEmpty() ? "" : "; most like it: " + String.join(", ", nearest),
                "; installed backends: " + new TreeSet<>(backends));
    }

    private static InvalidOptionException unknown(String name, String where, String nearest, String installed) {
        return new InvalidOptionException(Failure.during("read the configuration")
                .because("there is no key '" + name + "'" + nearest + installed)
                .path(where)
                .remedy("Write " + BACKEND + "=BACKEND, " + ALIAS + "NAME=ADDRESS or " + PREFIX
                        + "BACKEND.OPTION=VALUE, or remove it"));
    }

    /** Refuses a key of a file in which all keys are ours. */
    static InvalidOptionException foreign(String name, String where) {
        return unknown(name, where, "", "");
    }

    /** Returns the keys that the name becomes by the fewest changed, added or removed characters, if these are few. */
    private List<String> nearest(String name, UnaryOperator<String> spelling) {
        List<String> nearest = new ArrayList<>();
        int least = LIKELY_MISTAKES;
        for (String known : candidates(name, spelling)) {
            int distance = distance(name, known);
            if (distance < least) {
                nearest.clear();
                least = distance;
            }
            if (distance == least && !nearest.contains(known)) {
                nearest.add(known);
            }
        }
        return nearest;
    }

    /** Returns the whole keys, and each prefix with all ends of the name: where its first part ends is not certain. */
    private List<String> candidates(String name, UnaryOperator<String> spelling) {
        List<String> candidates = new ArrayList<>(List.of(spelling.apply(BACKEND), spelling.apply(CONFIG)));
        char separator = spelling.apply(".").charAt(0);
        for (String prefix : prefixes()) {
            int start = PREFIX.length();
            for (int at = name.indexOf(separator, start); at >= 0; at = name.indexOf(separator, at + 1)) {
                candidates.add(spelling.apply(prefix) + name.substring(at + 1));
            }
        }
        return candidates;
    }

    /** Returns Levenshtein's distance. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
