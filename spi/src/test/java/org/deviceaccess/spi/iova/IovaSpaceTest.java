// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.spi.iova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deviceaccess.spi.dma.AddressKind;
import org.deviceaccess.spi.dma.AddressRange;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.dma.DmaLimits;
import org.deviceaccess.spi.error.DmaAddressSpaceExhaustedException;
import org.deviceaccess.spi.error.DmaConstraintException;
import org.junit.jupiter.api.Test;

class IovaSpaceTest {
    private static final long PAGE = 4096;
    private static final long MIB = 1 << 20;
    private static final long HUGE = 2 * MIB;
    private static final DmaConstraints ANY = DmaConstraints.NONE;
    private static final List<AddressRange> INTEL =
            List.of(new AddressRange(PAGE, 0xfedf_ffffL), new AddressRange(0xfef0_0000L, 0x7f_ffff_ffffL));

    private static DmaLimits limits(List<AddressRange> ranges) {
        return new DmaLimits(AddressKind.IOVA, ranges, 0x4020_1000L, PAGE, 65535, true);
    }

    private static IovaPlan plan(long size, DmaConstraints constraints) {
        return IovaPlan.of("test", size, constraints, limits(List.of(new AddressRange(0, -1))));
    }

    private static long take(IovaSpace space, long size, DmaConstraints constraints) {
        return space.take(plan(size, constraints), 0);
    }

    @Test
    void lowAddressesAreLeftToThoseWhoNeedThem() {
        IovaSpace space = new IovaSpace(INTEL);
        for (int i = 0; i < 100; i++) {
            take(space, 256 * MIB, ANY);
        }
        assertEquals(0x0fff_f000L, take(space, PAGE, DmaConstraints.addressBits(28)));
        long low = take(space, 255 * MIB, DmaConstraints.addressBits(28));
        assertTrue(low + 255 * MIB <= 0x0fff_f000L, Long.toHexString(low));
    }

    @Test
    void lowAddressesAreTakenWhenNoOthersAreLeft() {
        IovaSpace space = new IovaSpace(
                List.of(new AddressRange(PAGE, 3 * PAGE - 1), new AddressRange(1L << 32, (1L << 32) + 2 * PAGE - 1)));
        assertEquals((1L << 32) + PAGE, take(space, PAGE, ANY));
        assertEquals(1L << 32, take(space, PAGE, ANY));
        assertEquals(2 * PAGE, take(space, PAGE, ANY));
        assertEquals(PAGE, take(space, PAGE, ANY));
        assertThrows(DmaAddressSpaceExhaustedException.class, () -> take(space, PAGE, ANY));
    }

    @Test
    void addressesOfMoreThan48BitsComeAfterThoseOfFewer() {
        IovaSpace space = new IovaSpace(List.of(new AddressRange((1L << 48) - PAGE, (1L << 48) + PAGE - 1)));
        assertEquals((1L << 48) - PAGE, take(space, PAGE, ANY));
        assertEquals(1L << 48, take(space, PAGE, ANY));
    }

    @Test
    void aRangeAroundFourGibibytesIsTakenWhole() {
        IovaSpace space = new IovaSpace(INTEL);
        long size = 0x7f_ffff_ffffL - 0xfef0_0000L + 1;
        assertEquals(0xfef0_0000L, take(space, size, ANY));
    }

    @Test
    void largerPagesOfTheIommuCanBeUsed() {
        IovaSpace space = new IovaSpace(INTEL);
        take(space, PAGE, ANY);
        assertEquals(0, take(space, 64 * MIB, ANY) % HUGE);
        take(space, PAGE, ANY);
        assertEquals(0, take(space, 3 * (1L << 30), ANY) % (1L << 30));
        long memory = 0x7f12_3456_7000L;
        assertEquals(memory % HUGE, space.take(plan(64 * MIB, ANY), memory) % HUGE);
        long low = space.take(plan(64 * MIB, DmaConstraints.addressBits(28)), memory);
        assertEquals(memory % HUGE, low % HUGE);
        assertTrue(low + 64 * MIB <= 1L << 28);
    }

    @Test
    void whatCannotBeLaidOutForLargerPagesIsPlacedAllTheSame() {
        IovaSpace space = new IovaSpace(List.of(new AddressRange(PAGE, 8 * MIB)));
        assertEquals(2 * MIB, take(space, 6 * MIB, ANY));
        assertEquals(PAGE, take(space, 2 * MIB - PAGE, ANY));
        IovaSpace odd = new IovaSpace(List.of(new AddressRange(PAGE, 2 * MIB + PAGE - 1)));
        assertEquals(PAGE, take(odd, 2 * MIB, ANY));
    }

    @Test
    void alignmentIsKeptForMemoryThatIsNotAligned() {
        IovaSpace space = new IovaSpace(INTEL);
        DmaConstraints aligned = ANY.withAlignment(64 << 10);
        for (long memory : new long[] {PAGE, 64 << 10, HUGE - PAGE, HUGE + (64 << 10)}) {
            assertEquals(0, space.take(plan(8 * MIB, aligned), memory) % (64 << 10));
        }
    }

    @Test
    void whatIsGivenBackIsTakenAgainAndMergesWithItsNeighbours() {
        IovaSpace space = new IovaSpace(List.of(new AddressRange(PAGE, 5 * PAGE - 1)));
        long a = take(space, PAGE, ANY);
        long b = take(space, 2 * PAGE, ANY);
        long c = take(space, PAGE, ANY);
        assertEquals(List.of(4 * PAGE, 2 * PAGE, PAGE), List.of(a, b, c));
        space.giveBack(b, 2 * PAGE);
        assertThrows(DmaAddressSpaceExhaustedException.class, () -> take(space, 3 * PAGE, ANY));
        assertEquals(b, take(space, 2 * PAGE, ANY));
        space.giveBack(a, PAGE);
        space.giveBack(c, PAGE);
        space.giveBack(b, 2 * PAGE);
        assertEquals(PAGE, take(space, 4 * PAGE, ANY));
    }

    @Test
    void whatIsNotTakenCannotBeGivenBack() {
        IovaSpace space = new IovaSpace(INTEL);
        long iova = take(space, 2 * PAGE, ANY);
        space.giveBack(iova, PAGE);
        assertThrows(IllegalArgumentException.class, () -> space.giveBack(iova, PAGE));
        assertThrows(IllegalArgumentException.class, () -> space.giveBack(iova, 2 * PAGE));
        assertThrows(IllegalArgumentException.class, () -> space.giveBack(iova + PAGE, 0));
        assertThrows(IllegalArgumentException.class, () -> space.giveBack(0xfee0_0000L, PAGE));
        assertThrows(IllegalArgumentException.class, () -> space.giveBack(0xfedf_f000L, 0x10_2000L));
        space.giveBack(iova + PAGE, PAGE);
    }

    @Test
    void rangesThatTouchAreNotJoined() {
        List<AddressRange> ranges =
                List.of(new AddressRange(PAGE, 3 * PAGE - 1), new AddressRange(3 * PAGE, 5 * PAGE - 1));
        IovaSpace space = new IovaSpace(ranges);
        long upper = take(space, 2 * PAGE, ANY);
        long lower = take(space, 2 * PAGE, ANY);
        space.giveBack(lower, 2 * PAGE);
        space.giveBack(upper, 2 * PAGE);
        assertThrows(DmaAddressSpaceExhaustedException.class, () -> take(space, 3 * PAGE, ANY));
        assertEquals(3 * PAGE, take(space, 2 * PAGE, ANY));
        assertThrows(IllegalArgumentException.class, () -> new IovaSpace(ranges.reversed()));
    }

    @Test
    void theEndsOf64BitsCanBeUsed() {
        IovaSpace space = new IovaSpace(List.of(new AddressRange(0, PAGE - 1), new AddressRange(-2 * PAGE, -1)));
        assertEquals(-PAGE, take(space, PAGE, ANY));
        assertEquals(-2 * PAGE, take(space, PAGE, ANY));
        assertEquals(0, take(space, 100, DmaConstraints.addressBits(8)));
        assertThrows(DmaAddressSpaceExhaustedException.class, () -> take(space, PAGE, ANY));
        space.giveBack(-PAGE, PAGE);
        space.giveBack(-2 * PAGE, PAGE);
        space.giveBack(0, PAGE);
        assertEquals(-2 * PAGE, take(space, 2 * PAGE, ANY));
        IovaSpace all = new IovaSpace(List.of(new AddressRange(0, -1)));
        long most = Long.MAX_VALUE - (2 * PAGE - 1);
        long iova = take(all, most, ANY);
        all.giveBack(iova, most);
        assertEquals(1L << 62, take(all, PAGE, ANY.withAlignment(1L << 62)) & ((1L << 63) - 1));
    }

    @Test
    void alignmentPastTheEndOf64BitsFindsNothing() {
        IovaSpace space = new IovaSpace(List.of(new AddressRange(-2 * PAGE, -1)));
        assertThrows(DmaAddressSpaceExhaustedException.class, () -> take(space, PAGE, ANY.withAlignment(1L << 40)));
    }

    @Test
    void whatThePlatformCannotMapNamesTheLimit() {
        clash(INTEL, PAGE, DmaConstraints.addressBits(12), "12 address bits");
        clash(INTEL, PAGE, ANY.withAlignment(1L << 40), "alignment of 1099511627776");
        clash(INTEL, 1L << 40, ANY, "the size of 1099511627776 bytes");
        clash(INTEL, 16 * MIB, DmaConstraints.addressBits(24), "24 address bits");
        List<AddressRange> between = List.of(new AddressRange(3 * PAGE, 5 * PAGE - 1));
        clash(between, 2 * PAGE, ANY.withBoundary(2 * PAGE), "boundary of 8192");
    }

    private static void clash(List<AddressRange> ranges, long size, DmaConstraints constraints, String named) {
        var error = assertThrows(
                DmaConstraintException.class, () -> IovaPlan.of("test", size, constraints, limits(ranges)));
        assertTrue(error.detail().contains(named), error.getMessage());
    }

    @Test
    void exhaustionNamesWhatIsInTheWay() {
        IovaSpace space = new IovaSpace(INTEL);
        long low = take(space, 255 * MIB, DmaConstraints.addressBits(28));
        var error = assertThrows(
                DmaAddressSpaceExhaustedException.class, () -> take(space, 2 * MIB, DmaConstraints.addressBits(28)));
        assertTrue(error.detail().contains("up to 0xfffffff beside 1 mappings"), error.getMessage());
        assertTrue(error.detail().contains("the longest has " + (low - PAGE) + " bytes"), error.getMessage());
        assertTrue(
                error.detail().endsWith("without the 28 address bits of the device (up to 0xfffffff)"),
                error.getMessage());
    }
}
