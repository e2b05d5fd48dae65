// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.InvalidOptionException;
import org.jspecify.annotations.Nullable;

/**
 * What was configured: system properties before environment variables before one file.
 *
 * @param properties the system properties
 * @param environment the environment variables
 * @param file the entries of the configuration file
 */
record Configuration(Map<String, String> properties, Map<String, String> environment, Map<String, String> file) {
    static final String FILE_NAME = "deviceaccess.properties";

    private static final String PREFIX = ConfigurationKeys.PREFIX;
    private static final String CONFIG = ConfigurationKeys.CONFIG;
    private static final String ALIAS = ConfigurationKeys.ALIAS;

    Configuration {
        properties = Map.copyOf(properties);
        environment = Map.copyOf(environment);
        file = Map.copyOf(file);
    }

    /** Reads the file that properties or environment name, else the working directory's, else the class path's. */
    static Configuration load(
            Map<String, String> properties,
            Map<String, String> environment,
            Path workingDirectory,
            ClassLoader loader) {
        Configuration withoutFile = new Configuration(properties, environment, Map.of());
        String named = withoutFile.get(CONFIG);
        Map<String, String> file;
        if (named != null) {
            file = read(workingDirectory.resolve(named));
        } else if (Files.exists(workingDirectory.resolve(FILE_NAME))) {
            file = read(workingDirectory.resolve(FILE_NAME));
        } else {
            file = readResource(loader);
        }
        return new Configuration(properties, environment, file);
    }

    private static Map<String, String> read(Path path) {
        try (Reader reader = Files.newBufferedReader(path)) {
            return parse(reader, path.toString());
        } catch (IOException e) {
            throw unreadable(path.toString(), e);
        }
    }

    private static Map<String, String> readResource(ClassLoader loader) {
        try (InputStream stream = loader.getResourceAsStream(FILE_NAME)) {
            return stream == null
                    ? Map.of()
                    : parse(new InputStreamReader(stream, StandardCharsets.UTF_8), "class path:" + FILE_NAME);
        } catch (IOException e) {
            throw unreadable("class path:" + FILE_NAME, e);
        }
    }

    private static Map<String, String> parse(Reader reader, String path) throws IOException {
        Properties parsed = new Properties();
        try {
            parsed.load(reader);
        } catch (IllegalArgumentException e) {
            throw unreadable(path, e);
        }
        Map<String, String> entries = new HashMap<>();
        parsed.stringPropertyNames()
                .forEach(name -> entries.put(name, parsed.getProperty(name).strip()));
        for (String name : new TreeSet<>(entries.keySet())) {
            if (!name.startsWith(PREFIX)) {
                throw ConfigurationKeys.foreign(name, path);
            }
        }
        return entries;
    }

    private static InvalidOptionException unreadable(String path, Exception cause) {
        return new InvalidOptionException(Failure.during("read the configuration")
                .because(cause.toString())
                .path(path)
                .remedy("Correct the file, or name another one with -D" + CONFIG + "=FILE")
                .cause(cause));
    }

    /**
     * Refuses what is configured and nobody reads.
     *
     * @param backends the names of all backends
     * @throws InvalidOptionException if there is such a key
     */
    void requireKnown(Collection<String> backends) {
        new ConfigurationKeys(backends).require(properties, environment, file);
    }

    /** Returns the backend to be used for addresses that name none, or {@code null} to choose automatically. */
    @Nullable
    String backend() {
        return get(ConfigurationKeys.BACKEND);
    }

    /** Returns the address that an alias stands for, or {@code null} if there is no such alias. */
    @Nullable
    String alias(String name) {
        return get(ALIAS + name);
    }

    /** Returns the aliases of properties and file; those of the environment have lost their spelling. */
    Set<String> aliases() {
        Set<String> names = new TreeSet<>();
        for (Map<String, String> source : List.of(properties, file)) {
            source.keySet().stream()
                    .filter(key -> key.startsWith(ALIAS))
                    .forEach(key -> names.add(key.substring(ALIAS.length())));
        }
        return names;
    }

    /**
     * Returns the options configured for a backend, {@code deviceaccess.BACKEND.OPTION}, unknown ones included.
     *
     * @param backend its name
     * @param keys the options that it has
     * @param backends the names of all backends: DEVICEACCESS_VFIO_NOIOMMU_UNSAFE is no option of {@code vfio}
     */
    Map<String, String> options(String backend, Collection<OptionKey<?>> keys, Collection<String> backends) {
        String prefix = PREFIX + backend + ".";
        Map<String, String> options = new TreeMap<>();
        putPrefixed(file, prefix, options);
        Map<String, String> known = new TreeMap<>();
        keys.forEach(key -> known.put(ConfigurationKeys.variable(prefix + key.name()), key.name()));
        String mine = ConfigurationKeys.variable(prefix);
        List<String> others = backends.stream()
                .map(name -> ConfigurationKeys.variable(PREFIX + name + "."))
                .filter(other -> other.length() > mine.length())
                .toList();
        environment.forEach((variable, value) -> {
            if (known.containsKey(variable)
                    || (variable.startsWith(mine) && others.stream().noneMatch(variable::startsWith))) {
                options.put(known.getOrDefault(variable, variable), value);
            }
        });
        putPrefixed(properties, prefix, options);
        return options;
    }

    private static void putPrefixed(Map<String, String> source, String prefix, Map<String, String> options) {
        source.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                options.put(key.substring(prefix.length()), value);
            }
        });
    }

    private @Nullable String get(String key) {
        String value = properties.get(key);
        if (value == null) {
            value = environment.get(ConfigurationKeys.variable(key));
        }
        return value == null ? file.get(key) : value;
    }
}
