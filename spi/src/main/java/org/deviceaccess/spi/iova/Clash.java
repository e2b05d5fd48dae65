// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.iova;

import java.util.ArrayList;
import java.util.List;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DmaAddressSpaceExhaustedException;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.deviceaccess.spi.error.Failure;

/** Says why there is no place for a buffer. */
final class Clash {
    private Clash() {}

    /** Returns the error of a plan that cannot be met in all extents there are. */
    static DmaConstraintException impossible(IovaPlan plan, FreeExtents all) {
        List<String> demands = demands(plan, all);
        if (demands.isEmpty()) {
            demands.add("the size of " + plan.size() + " bytes");
        }
        return plan.clash(String.join(" or ", demands) + " clashes with the addresses that the IOMMU can map: "
                + plan.limits().ranges());
    }

    /** Returns the error of a plan that cannot be met now. */
    static DmaAddressSpaceExhaustedException exhausted(IovaPlan plan, FreeExtents free, int taken) {
        List<String> demands = demands(plan, free);
        return new DmaAddressSpaceExhaustedException(Failure.during(plan.operation())
                .because("no suitable range of " + plan.length() + " bytes is free up to 0x"
                        + Long.toUnsignedString(plan.highest(), 16) + " beside " + taken + " mappings; the longest has "
                        + free.longest(plan.shape(), plan.highest()) + " bytes"
                        + (demands.isEmpty()
                                ? ""
                                : "; there would be one without " + String.join(", or without ", demands)))
                .remedy("Close buffers that are not needed any more, or ask for less at a time"));
    }

    /** Returns which demands are each in the way alone. */
    private static List<String> demands(IovaPlan plan, FreeExtents extents) {
        DmaConstraints constraints = plan.constraints();
        long length = plan.length();
        List<String> demands = new ArrayList<>();
        if (extents.find(length, plan.shape(), -1).isPresent()) {
            demands.add(plan.bits());
        }
        if (extents.find(length, plan.shape(1, constraints.boundary()), plan.highest())
                .isPresent()) {
            demands.add("the alignment of " + constraints.alignment() + " bytes");
        }
        if (extents.find(length, plan.shape(constraints.alignment(), 0), plan.highest())
                .isPresent()) {
            demands.add("the boundary of " + constraints.boundary() + " bytes");
        }
        return demands;
    }
}
