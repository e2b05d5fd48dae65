// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;

/**
 * The SMART / health information log (NVM Express Base Specification 1.4, 5.14.1.2, figure 194).
 *
 * @param criticalWarning warnings, a bit each: 0 spare below its threshold, 1 temperature, 2 reliability degraded,
 *     3 read-only, 4 memory backup failed; 0 for none
 * @param temperatureKelvin the composite temperature in kelvin
 * @param availableSpare spare capacity that is left, in percent
 * @param spareThreshold below which spare capacity is a warning, in percent
 * @param percentageUsed of the expected life, in percent; can exceed 100; 255 stands for more than 254
 * @param dataUnitsRead how much the host has read, in units of 512,000 bytes
 * @param dataUnitsWritten how much the host has written, in units of 512,000 bytes
 * @param hostReads how many read commands were done
 * @param hostWrites how many write commands were done
 * @param powerCycles how often it was powered on
 * @param powerOnHours how long it was powered on, in hours
 * @param unsafeShutdowns how often it lost its power without a shutdown
 * @param mediaErrors how often data could not be recovered
 * @param errorLogEntries how many errors were logged in its life
 */
public record Health(
        int criticalWarning,
        int temperatureKelvin,
        int availableSpare,
        int spareThreshold,
        int percentageUsed,
        BigInteger dataUnitsRead,
        BigInteger dataUnitsWritten,
        BigInteger hostReads,
        BigInteger hostWrites,
        BigInteger powerCycles,
        BigInteger powerOnHours,
        BigInteger unsafeShutdowns,
        BigInteger mediaErrors,
        BigInteger errorLogEntries) {
    static final int LOG_PAGE = 0x02;
    static final int LENGTH = 512;

    static Health parse(MemorySegment page) {
        return new Health(
                IdentifyData.unsigned8(page, 0),
                IdentifyData.unsigned16(page, 1),
                IdentifyData.unsigned8(page, 3),
                IdentifyData.unsigned8(page, 4),
                IdentifyData.unsigned8(page, 5),
                IdentifyData.unsigned128(page, 32),
                IdentifyData.unsigned128(page, 48),
                IdentifyData.unsigned128(page, 64),
                IdentifyData.unsigned128(page, 80),
                IdentifyData.unsigned128(page, 112),
                IdentifyData.unsigned128(page, 128),
                IdentifyData.unsigned128(page, 144),
                IdentifyData.unsigned128(page, 160),
                IdentifyData.unsigned128(page, 176));
    }
}
