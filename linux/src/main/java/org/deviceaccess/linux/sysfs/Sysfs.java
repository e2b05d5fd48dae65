// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.sysfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.DeviceNotFoundException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.KernelCallException;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.PermissionDeniedException;

/**
 * A tree of sysfs.
 *
 * <p>Of what is in a directory that is gone, {@link DeviceNotFoundException} is thrown; of a file that is missing in
 * one that is there, {@link MalformedDeviceException}, unless the method allows for it; of what the user may not read,
 * {@link PermissionDeniedException}.
 *
 * @param root where it is: {@code /sys}
 */
public record Sysfs(Path root) {
    /** Attributes are one page at the most (Documentation/filesystems/sysfs.rst); no architecture has larger ones. */
    private static final int MAX_ATTRIBUTE = 64 * 1024;

    /** Returns the system's own tree. */
    public static Sysfs system() {
        return new Sysfs(Path.of("/sys"));
    }

    /** Returns a path in the tree: {@code path("bus/pci/devices")}. */
    public Path path(String relative) {
        return root.resolve(relative);
    }

    /** Returns the names in a directory, sorted; none if there is no such directory. */
    public List<String> names(Path directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw failed(directory, e);
        }
        Collections.sort(names);
        return Collections.unmodifiableList(names);
    }

    /** Returns the text of a file without white space around it. */
    public String text(Path file) {
        return textIfPresent(file).orElseThrow(() -> missing(file));
    }

    /** Returns the text of a file as {@link #text} does, or nothing if its directory does not have it. */
    public Optional<String> textIfPresent(Path file) {
        byte[] bytes = new byte[MAX_ATTRIBUTE + 1];
        int length = 0;
        try (InputStream in = Files.newInputStream(file)) {
            // Piece by piece: readNBytes asks for the position, which files such as securityfs's do not have.
            for (int read = 0;
                    read >= 0 && length < bytes.length;
                    read = in.read(bytes, length, bytes.length - length)) {
                length += read;
            }
        } catch (NoSuchFileException e) {
            requireDirectory(file);
            return Optional.empty();
        } catch (IOException e) {
            throw failed(file, e);
        }
        if (length > MAX_ATTRIBUTE) {
            throw malformed(file, "it has more than " + MAX_ATTRIBUTE + " bytes");
        }
        return Optional.of(new String(bytes, 0, length, StandardCharsets.UTF_8).strip());
    }

    /**
     * Returns a hexadecimal number as sysfs writes it, with 0x in front.
     *
     * @param file the file
     * @param bits how many it can have, up to 64
     * @return the number, unsigned
     */
    public long hex(Path file, int bits) {
        String text = text(file);
        if (!text.matches("0[xX][0-9a-fA-F]{1,16}")) {
            throw malformed(file, "it holds \"" + quote(text) + "\", which is no hexadecimal number");
        }
        long value = Long.parseUnsignedLong(text.substring(2), 16);
        if (bits < Long.SIZE && value >>> bits != 0) {
            throw malformed(file, "it holds " + text + ", which has more than " + bits + " bits");
        }
        return value;
    }

    /** Returns a decimal number, or nothing if there is no such file. */
    public Optional<Integer> decimalIfPresent(Path file) {
        return textIfPresent(file).map(text -> parseDecimal(file, text));
    }

    /** Returns the last part of what a link points to, or nothing if there is no such link. */
    public Optional<String> linkName(Path link) {
        try {
            Path name = Files.readSymbolicLink(link).getFileName();
            return Optional.ofNullable(name).map(Path::toString);
        } catch (NoSuchFileException e) {
            requireDirectory(link);
            return Optional.empty();
        } catch (NotLinkException e) {
            throw malformed(link, "it is no symbolic link");
        } catch (IOException e) {
            throw failed(link, e);
        }
    }

    /** Returns an error that says what is wrong with a file. */
    public static MalformedDeviceException malformed(Path file, String what) {
        return new MalformedDeviceException(
                Failure.during("read " + file.getFileName()).because(what).path(file.toString()));
    }

    /** Returns text from outside in a form that can be shown: short, and without control characters. */
    public static String quote(String text) {
        String shown = text.length() > 80 ? text.substring(0, 80) + "…" : text;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }

    /** Parses a decimal number that was read from the file. */
    static int parseDecimal(Path file, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw malformed(file, "it holds \"" + quote(text) + "\", which is no decimal number of 32 bits");
        }
    }

    private static MalformedDeviceException missing(Path file) {
        return malformed(file, "there is no such file");
    }

    private static void requireDirectory(Path file) {
        Path directory = file.getParent();
        if (directory != null && !Files.exists(directory)) {
            throw new DeviceNotFoundException(Failure.during("read " + file.getFileName())
                    .because("its directory does not exist (any more)")
                    .path(directory.toString())
                    .remedy("List the devices there are: deviceaccess list"));
        }
    }

    private static DeviceAccessException failed(Path file, IOException e) {
        Failure failure = Failure.during("read " + file.getFileName())
                .because(String.valueOf(e.getMessage()))
                .path(file.toString())
                .cause(e);
        if (e instanceof AccessDeniedException) {
            return new PermissionDeniedException(failure.remedy("Run as a user who may read it: ls -l " + file));
        }
        // A device that is taken away while a file of it is open answers ENODEV, which java.nio has no class for.
        Path directory = file.getParent();
        if (directory != null && !Files.exists(directory)) {
            return new DeviceNotFoundException(failure.remedy("List the devices there are: deviceaccess list"));
        }
        return new KernelCallException(failure);
    }
}
