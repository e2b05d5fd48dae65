// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.lang.foreign.MemorySegment;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;

/**
 * What the controller says of a namespace (NVM Express Base Specification 1.4, figure 245), checked.
 *
 * @param id its id
 * @param blockCount how many logical blocks it has (NSZE), at least 1
 * @param blockShift the logarithm of the length of a block in bytes (LBADS), 9 to 20
 * @param writeProtected whether it refuses to be written (NSATTR)
 */
record NamespaceIdentity(int id, long blockCount, int blockShift, boolean writeProtected) {
    private static final int LEAST_BLOCK_SHIFT = 9;
    private static final int LARGEST_BLOCK_SHIFT = 20;
    private static final long FORMATS = 128;
    private static final int FORMATS_OF_FOUR_BITS = 16;
    private static final int MOST_FORMATS = 64;

    static NamespaceIdentity parse(String device, int id, MemorySegment page) {
        Failure failure = Failure.during("understand the namespace " + id + " of " + device);
        long blockCount = page.get(IdentifyData.INT64, 0);
        int formatCount = IdentifyData.unsigned8(page, 25) + 1;
        int format = format(IdentifyData.unsigned8(page, 26), formatCount);
        int description = page.get(IdentifyData.INT32, FORMATS + (long) format * Integer.BYTES);
        int metadata = description & 0xffff;
        int blockShift = description >>> 16 & 0xff;
        if (blockCount == 0) {
            throw new UnsupportedCapabilityException(failure.because("it is not active, or has no blocks")
                    .remedy("Use one of NvmeDevice.namespaces(), or create one with other tools"));
        }
        if (formatCount > MOST_FORMATS || format >= formatCount || blockShift < LEAST_BLOCK_SHIFT) {
            throw new MalformedDeviceException(failure.because("it is formatted with the format " + format + " of "
                            + formatCount + ", whose blocks have 2^" + blockShift + " bytes")
                    .remedy("Format the namespace; if that does not help, the device is defective"));
        }
        if (metadata != 0 || blockShift > LARGEST_BLOCK_SHIFT) {
            throw new UnsupportedCapabilityException(failure.because("its blocks have 2^" + blockShift
                            + " bytes and " + metadata
                            + " bytes of metadata each; this driver has blocks of up to 1 MiB"
                            + " without metadata")
                    .remedy("Format the namespace without metadata, or use another"));
        }
        if (blockCount < 0 || blockCount > Long.MAX_VALUE >> blockShift) {
            throw new MalformedDeviceException(failure.because("it has " + Long.toUnsignedString(blockCount)
                            + " blocks of 2^" + blockShift + " bytes, which no device has")
                    .remedy("Reset the device; if it stays so, it is defective"));
        }
        return new NamespaceIdentity(id, blockCount, blockShift, (IdentifyData.unsigned8(page, 99) & 1) != 0);
    }

    /**
     * Returns the number of the format from FLBAS: bits 3 to 0, and where there are more than sixteen formats bits 6 and 5
     * above them (NVM Express NVM Command Set Specification 1.0, figure 97).
     */
    private static int format(int flbas, int formatCount) {
        int low = flbas & 0xf;
        return formatCount > FORMATS_OF_FOUR_BITS ? low | (flbas >>> 5 & 3) << 4 : low;
    }
}
