// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.spec;

import java.util.Set;
import org.deviceaccess.spi.Capability;
import org.jspecify.annotations.Nullable;

/**
 * One numbered requirement.
 *
 * @param id {@code DA-AREA-NNN}; it never changes its meaning
 * @param level how binding it is
 * @param profile the part of the SPI it belongs to; it applies to devices that have the profile
 * @param claims what a device must claim beyond its profile for the requirement to apply
 * @param since the version of the specification that has it first
 * @param title what it demands, in a few words
 * @param text what it demands
 * @param testable whether the kit has a test for it
 * @param reason why it cannot be tested; {@code null} if it can
 */
public record Requirement(
        String id,
        Level level,
        Profile profile,
        Set<Capability> claims,
        String since,
        String title,
        String text,
        boolean testable,
        @Nullable String reason) {
    /** Copies the set. */
    public Requirement {
        claims = Set.copyOf(claims);
    }
}
