// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Renders the specification's chapter, {@code docs/specification.md}, from the requirements. */
public final class SpecificationPage {
    private SpecificationPage() {}

    /**
     * Writes the page of the current specification to a file.
     *
     * @param args the file
     * @throws IOException if it cannot be written
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            throw new IllegalArgumentException("usage: SpecificationPage FILE");
        }
        Files.writeString(Path.of(args[0]), render(Specification.current()));
    }

    /** Returns the page, in Markdown. */
    public static String render(Specification specification) {
        StringBuilder page = new StringBuilder();
        page.append("# ").append(specification.name()).append(", version ").append(specification.version());
        page.append(
                "\n\n<!-- Generated from requirements.json by SpecificationPage; change that file instead. -->\n\n");
        page.append(String.format(Locale.ROOT, """
                These are the requirements of SPI level %d that backends and drivers have to meet. MUST, SHOULD and MAY are
                used as in RFC 2119. The Javadoc of `org.deviceaccess.spi` is the contract; this page numbers what it promises, so
                that reports, exclude files and discussions can refer to it. Numbers never change their meaning.

                A requirement applies to devices of its profile: those that claim one of the profile's capabilities,
                and every capability that the requirement names itself. What a device does not claim must be refused,
                which chapter "Errors" demands. The last profiles are those of drivers, by the type that a driver states;
                `tck` tries those of backends, `tck-driver` those of drivers.

                """, specification.spiLevel()));
        appendProfiles(page, specification.requirements());
        for (Chapter chapter : specification.chapters()) {
            page.append("\n## ").append(chapter.title()).append("\n\n");
            page.append(chapter.introduction()).append('\n');
            chapter.requirements().forEach(requirement -> append(page, requirement));
        }
        return page.toString();
    }

    private static void appendProfiles(StringBuilder page, List<Requirement> requirements) {
        Map<Profile, List<Requirement>> byProfile = requirements.stream()
                .collect(Collectors.groupingBy(
                        Requirement::profile, () -> new EnumMap<>(Profile.class), Collectors.toList()));
        page.append("| profile | applies to devices that claim | requirements | tested |\n|---|---|---|---|\n");
        byProfile.forEach((profile, members) -> {
            String claims = profile.anyOf().isEmpty()
                    ? profile.driverType()
                            .map(type -> "(drivers: " + type.getSimpleName() + ")")
                            .orElse("(every device)")
                    : profile.anyOf().stream().sorted().map(Enum::name).collect(Collectors.joining(" or "));
            if (profile == Profile.IOMMU) {
                claims += ", and have IOVA device addresses";
            }
            long tested = members.stream().filter(Requirement::testable).count();
            page.append("| ").append(profile).append(" | ").append(claims);
            page.append(" | ")
                    .append(members.size())
                    .append(" | ")
                    .append(tested)
                    .append(" |\n");
        });
        long tested = requirements.stream().filter(Requirement::testable).count();
        page.append("| **all** | | ")
                .append(requirements.size())
                .append(" | ")
                .append(tested)
                .append(" |\n");
    }

    private static void append(StringBuilder page, Requirement requirement) {
        page.append("\n<a id=\"").append(requirement.id()).append("\"></a>\n");
        page.append("### ")
                .append(requirement.id())
                .append(": ")
                .append(requirement.title())
                .append("\n\n");
        page.append("**").append(requirement.level()).append("**, profile ").append(requirement.profile());
        if (!requirement.claims().isEmpty()) {
            page.append(", needs ");
            page.append(requirement.claims().stream().sorted().map(Enum::name).collect(Collectors.joining(" and ")));
        }
        page.append(", since ")
                .append(requirement.since())
                .append(". ")
                .append(requirement.text())
                .append('\n');
        if (!requirement.testable()) {
            page.append("\nNot tested: ")
                    .append(Objects.requireNonNull(requirement.reason()))
                    .append('\n');
        }
    }
}
