// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.tck.tests;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.ErrorCode;
import org.deviceaccess.spi.error.MisalignedAccessException;
import org.deviceaccess.spi.error.NoSuchRegionException;
import org.deviceaccess.spi.error.RegionAccessException;
import org.deviceaccess.spi.error.RegionBoundsException;
import org.deviceaccess.spi.error.UnsupportedWidthException;
import org.deviceaccess.spi.region.AccessWidth;
import org.deviceaccess.spi.region.Region;
import org.deviceaccess.spi.region.RegionId;
import org.deviceaccess.spi.region.RegionInfo;
import org.deviceaccess.tck.kit.Action;
import org.deviceaccess.tck.kit.Proves;
import org.deviceaccess.tck.kit.Refusal;
import org.deviceaccess.tck.kit.TckTarget;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.function.Executable;

/** Which regions there are, and what they refuse. No access here reaches a register of an honest backend. */
final class RegionTests {
    private static final long SLICE_ALIGNMENT = 8;

    @Proves("DA-REGION-001")
    void regionsAreListedInOrder(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            List<RegionInfo> regions = device.regions();
            List<RegionId> ids = regions.stream().map(RegionInfo::id).toList();
            assertEquals(ids.stream().sorted().distinct().toList(), ids, "the ids, in order and once each");
            assertEquals(regions, device.regions(), "the regions, asked again");
        }
    }

    @Proves("DA-REGION-002")
    void regionIsWhatTheListSays(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            assertAll(device.regions().stream().map(info -> () -> {
                Region region = device.region(info.id());
                assertSame(region, device.region(info.id()), info.id() + ", asked again");
                assertEquals(info, region.info(), "what " + info.id() + " says of itself");
                assertEquals(info.id(), region.id(), "the id of " + info.id());
                assertEquals(info.size(), region.size(), "the size of " + info.id());
            }));
        }
    }

    @Proves("DA-REGION-003")
    void absentRegionIsRefused(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            List<RegionId> there = device.regions().stream().map(RegionInfo::id).toList();
            List<RegionId> possible = new ArrayList<>(List.of(RegionId.ROM, RegionId.CONFIG));
            for (int i = 0; i <= 4; i++) {
                possible.addAll(List.of(RegionId.bar(i), RegionId.uioMap(i), RegionId.uioPort(i)));
            }
            assertAll(possible.stream()
                    .filter(id -> !there.contains(id))
                    .map(id ->
                            () -> Refusal.of("region(" + id + ")", () -> device.region(id), NoSuchRegionException.class)
                                    .hasCode(ErrorCode.REGION_ABSENT)
                                    .names(id)));
        }
    }

    @Proves("DA-REGION-004")
    void sizeOfABarIsAPowerOfTwo(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            assertAll(device.regions().stream()
                    .filter(info -> info.id().kind() == RegionId.Kind.BAR)
                    .map(info -> () ->
                            assertEquals(Long.highestOneBit(info.size()), info.size(), "the size of " + info.id())));
        }
    }

    @Proves("DA-REGION-005")
    void readsOutsideAreRefused(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            assertAll(outside(device, (region, width, offset) -> Access.read(region, width, offset)));
        }
    }

    @Proves("DA-REGION-006")
    void writesOutsideAreRefused(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            assertAll(outside(device, (region, width, offset) -> Access.write(region, width, offset, 0)));
        }
    }

    private static List<Executable> outside(DeviceAccess device, AccessAt access) {
        List<Executable> refusals = new ArrayList<>();
        for (RegionInfo info : device.regions()) {
            Region region = device.region(info.id());
            for (AccessWidth width : AccessWidth.values()) {
                long[] offsets = {
                    info.size(),
                    info.size() - width.bytes() + 1,
                    -width.bytes(),
                    -1,
                    info.size() + (1L << 32),
                    Long.MAX_VALUE - width.bytes() + 1,
                    Long.MIN_VALUE
                };
                for (long offset : offsets) {
                    if (offset < 0 || offset > info.size() - width.bytes()) {
                        refusals.add(refusal(info, width, offset, () -> access.at(region, width, offset)));
                    }
                }
            }
        }
        return refusals;
    }

    private static Executable refusal(RegionInfo info, AccessWidth width, long offset, Action access) {
        String what = "an access of " + width.bits() + " bits at " + offset + " of " + info.id() + " with "
                + info.size() + " bytes";
        return () -> Refusal.of(what, access, RegionBoundsException.class)
                .hasCode(ErrorCode.REGION_BOUNDS)
                .names(info.id(), offset < 0 ? Long.toString(offset) : Long.toHexString(offset), info.size());
    }

    /** An access of a width at an offset. */
    private interface AccessAt {
        void at(Region region, AccessWidth width, long offset);
    }

    @Proves("DA-REGION-007")
    void misalignedAccessesAreRefused(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            List<Executable> refusals = new ArrayList<>();
            for (RegionInfo info : device.regions()) {
                Region region = device.region(info.id());
                for (AccessWidth width : AccessWidth.values()) {
                    for (long offset = 1; offset < width.bytes(); offset++) {
                        long misaligned = offset;
                        if (misaligned > info.size() - width.bytes()) {
                            continue;
                        }
                        String what = " of " + width.bits() + " bits at " + misaligned + " of " + info.id();
                        refusals.add(() -> Refusal.of(
                                        "a read" + what,
                                        () -> Access.read(region, width, misaligned),
                                        MisalignedAccessException.class)
                                .hasCode(ErrorCode.REGION_MISALIGNED)
                                .names(Long.toHexString(misaligned)));
                        refusals.add(() -> Refusal.of(
                                "a write" + what,
                                () -> Access.write(region, width, misaligned, 0),
                                MisalignedAccessException.class));
                    }
                }
            }
            assertAll(refusals);
        }
    }

    @Proves("DA-REGION-008")
    void unsupportedWidthsAreRefused(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            List<Executable> refusals = new ArrayList<>();
            for (RegionInfo info : device.regions()) {
                Region region = device.region(info.id());
                for (AccessWidth width : AccessWidth.values()) {
                    if (!info.widths().contains(width) && info.size() >= width.bytes()) {
                        String what = " of " + width.bits() + " bits of " + info.id();
                        Object supported = info.widths().iterator().next().bits();
                        refusals.add(() -> Refusal.of(
                                        "a read" + what,
                                        () -> Access.read(region, width, 0),
                                        UnsupportedWidthException.class)
                                .hasCode(ErrorCode.REGION_WIDTH)
                                .names(supported));
                        refusals.add(() -> Refusal.of(
                                "a write" + what,
                                () -> Access.write(region, width, 0, 0),
                                UnsupportedWidthException.class));
                    }
                }
            }
            Assumptions.assumeFalse(refusals.isEmpty(), "all regions support all widths");
            assertAll(refusals);
        }
    }

    @Proves("DA-REGION-009")
    void forbiddenAccessesAreRefused(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            List<Executable> refusals = new ArrayList<>();
            addForbidden(refusals, device, info -> !info.readable(), "a read", Access::read);
            addForbidden(
                    refusals,
                    device,
                    info -> !info.writable(),
                    "a write",
                    (region, width, offset) -> Access.write(region, width, offset, 0));
            Assumptions.assumeFalse(refusals.isEmpty(), "all regions can be read and written");
            assertAll(refusals);
        }
    }

    private static void addForbidden(
            List<Executable> refusals, DeviceAccess device, Predicate<RegionInfo> which, String what, AccessAt access) {
        device.regions().stream().filter(which).forEach(info -> {
            Region region = device.region(info.id());
            AccessWidth width = info.widths().iterator().next();
            refusals.add(() -> Refusal.of(
                            what + " of " + info.id(), () -> access.at(region, width, 0), RegionAccessException.class)
                    .hasCode(ErrorCode.REGION_ACCESS));
        });
    }

    @Proves("DA-REGION-010")
    void sliceIsARegionOfItsOwn(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            List<Executable> checks = new ArrayList<>();
            for (RegionInfo info : device.regions()) {
                if (info.size() >= 2 * SLICE_ALIGNMENT) {
                    Region slice = device.region(info.id()).slice(SLICE_ALIGNMENT, SLICE_ALIGNMENT);
                    checks.add(() -> assertEquals(
                            new RegionInfo(
                                    info.id(),
                                    SLICE_ALIGNMENT,
                                    info.space(),
                                    info.readable(),
                                    info.writable(),
                                    info.mapped(),
                                    info.widths()),
                            slice.info(),
                            "what a slice of " + info.id() + " says of itself"));
                    checks.add(() -> Refusal.of(
                            "a read beyond a slice of " + info.id(),
                            () -> Access.read(slice, info.widths().iterator().next(), SLICE_ALIGNMENT),
                            RegionBoundsException.class));
                    checks.add(() -> Refusal.of(
                            "a read before a slice of " + info.id(),
                            () -> Access.read(slice, AccessWidth.BITS_8, -1),
                            RegionBoundsException.class));
                }
            }
            assertAll(checks);
        }
    }

    @Proves("DA-REGION-011")
    void impossibleSlicesAreRefused(TckTarget target) {
        try (DeviceAccess device = target.open()) {
            List<Executable> refusals = new ArrayList<>();
            for (RegionInfo info : device.regions()) {
                Region region = device.region(info.id());
                long size = info.size();
                long[][] outside = {
                    {0, 0},
                    {0, -1},
                    {0, size + 1},
                    {-SLICE_ALIGNMENT, 1},
                    {size, 1},
                    {size, 0},
                    {SLICE_ALIGNMENT, size},
                    {SLICE_ALIGNMENT, Long.MAX_VALUE},
                    {Long.MAX_VALUE - 7, SLICE_ALIGNMENT}
                };
                for (long[] slice : outside) {
                    refusals.add(() -> Refusal.of(
                            "a slice of " + info.id() + " at " + slice[0] + " with " + slice[1] + " bytes",
                            () -> region.slice(slice[0], slice[1]),
                            RegionBoundsException.class));
                }
                if (size > SLICE_ALIGNMENT) {
                    refusals.add(() -> Refusal.of(
                            "a slice of " + info.id() + " at 4",
                            () -> region.slice(4, 4),
                            MisalignedAccessException.class));
                }
            }
            assertAll(refusals);
        }
    }
}
