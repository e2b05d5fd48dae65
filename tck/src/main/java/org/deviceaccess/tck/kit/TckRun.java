// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.deviceaccess.spi.Devices;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.tck.spec.Effort;
import org.deviceaccess.tck.spec.Profile;
import org.deviceaccess.tck.spec.Requirement;
import org.deviceaccess.tck.spec.Specification;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.support.store.Namespace;

/**
 * One run of the kit, handed to the tests through the store of the launcher's session, so that runs in one JVM share
 * nothing.
 *
 * @param address the address under test, as it was said
 * @param devices what opens it
 * @param survey what the device claimed when it was opened first
 * @param specification the requirements
 * @param effort how often races and leaks are tried
 * @param driver the driver under test, or {@code null} where it is the backend
 * @param exclusions why requirements are left out, by id
 * @param interrupted says whether the run is to end
 */
public record TckRun(
        String address,
        Devices devices,
        Survey survey,
        Specification specification,
        Effort effort,
        @Nullable TestedDriver driver,
        Map<String, String> exclusions,
        BooleanSupplier interrupted) {
    /** The part of the session's store that the kit uses; the run is kept under its own class. */
    public static final Namespace STORE = Namespace.create(TckRun.class.getName());

    /** The class that orders the tests of a class. */
    public static final String METHOD_ORDER = ByRequirement.class.getName();

    /** Why a test does not begin once the run is to end. */
    public static final String INTERRUPTED = "the run was interrupted";

    /** Copies the map. */
    public TckRun {
        exclusions = Map.copyOf(exclusions);
    }

    /** Returns why a requirement is left out by the one who runs the kit, or nothing if it is not. */
    public Optional<String> excluded(String id) {
        return Optional.ofNullable(exclusions.get(id));
    }

    /** Returns which claim a requirement needs that the device does not make, or nothing if it makes all. */
    public Optional<String> unclaimed(String id) {
        Requirement requirement = specification.requirement(id);
        Profile profile = requirement.profile();
        List<String> missing = new ArrayList<>();
        if (!profile.anyOf().isEmpty() && profile.anyOf().stream().noneMatch(survey.capabilities()::contains)) {
            missing.add(profile.anyOf().stream().sorted().map(Enum::name).collect(Collectors.joining(" or ")));
        } else if (profile == Profile.IOMMU && survey.addressKind() != AddressKind.IOVA) {
            missing.add("IOVA device addresses");
        }
        requirement.claims().stream()
                .filter(claim -> !survey.capabilities().contains(claim))
                .sorted()
                .forEach(claim -> missing.add(claim.name()));
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("the device does not claim " + String.join(", ", missing));
    }
}
