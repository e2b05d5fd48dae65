// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.junit.jupiter.api.Test;

/** Which groups user space is given on made-up machines. */
@SuppressWarnings("restricted") // the made-up kernel writes to where it is told to
class IommuGroupsTest extends MadeUpMachine {
    private static final long VFIO_GROUP_GET_STATUS = 0x3b67; // linux/vfio.h: _IO(';', 100 + 3)

    private void member(int group, String device, String driver) throws IOException {
        Path directory = sys("devices/" + device);
        if (!driver.isEmpty()) {
            Files.createSymbolicLink(directory.resolve("driver"), sys("bus/pci/drivers/" + driver));
        }
        Files.createSymbolicLink(
                sys("kernel/iommu_groups/" + group + "/devices").resolve(device), directory);
    }

    private String node(String name) throws IOException {
        return Files.createFile(root.resolve("dev").resolve(name)).toString();
    }

    private void groupAnswers(String node, int fd, int flags) {
        when(libc.open(node, 0x80002)).thenReturn(fd);
        doAnswer(call -> {
                    assertEquals(VFIO_GROUP_GET_STATUS, (long) call.getArgument(1));
                    // struct vfio_group_status: argsz, flags
                    MemorySegment.ofAddress(call.<Long>getArgument(2))
                            .reinterpret(8)
                            .set(ValueLayout.JAVA_INT, 4, flags);
                    return 0;
                })
                .when(libc)
                .ioctl(anyInt(), anyLong(), anyLong());
    }

    @Test
    void groupsAreShownWithTheirMembersAndWhatReleasesThem() throws IOException {
        member(5, "0000:00:15.0", "vfio-pci");
        member(5, "0000:00:15.1", "e1000e");
        member(5, "0000:00:1c.0", "pcieport");
        member(6, "0000:00:16.0", "");
        String node = node("vfio/5");
        groupAnswers(node, 9, 0);
        List<Finding> found = machine().examine(IommuGroups.REAL);
        assertEquals(node, found.getFirst().topic());
        assertFound(Severity.WARNING, "0000:00:15.1 (e1000e), 0000:00:1c.0 (pcieport): not viable", found.getFirst());
        assertEquals(
                "As root, if nothing needs them: echo 0000:00:15.1 > /sys/bus/pci/devices/0000:00:15.1/driver/unbind",
                found.getFirst().remedy());
        assertEquals(
                "not given to user space: group 6: 0000:00:16.0 (no driver)",
                found.get(1).detail());
        verify(libc).close(9);
        groupAnswers(node, 9, 1);
        assertFound(Severity.OK, "viable", machine().examine(IommuGroups.REAL).getFirst());
        when(libc.open(node, 0x80002)).thenReturn(-Errnos.EBUSY);
        assertFound(
                Severity.WARNING, "in use", machine().examine(IommuGroups.REAL).getFirst());
        when(libc.open(node, 0x80002)).thenReturn(-Errnos.EACCES);
        Finding denied = machine().examine(IommuGroups.REAL).getFirst();
        assertFound(Severity.WARNING, "EACCES", denied);
        assertTrue(denied.remedy().contains("chown "), denied.remedy());
    }

    /** Viable is what the kernel calls it, and yet it refuses it to user space. */
    @Test
    void aGroupWhoseMemoryTheFirmwareReservesIsNotHealthy() throws IOException {
        member(5, "0000:00:15.0", "vfio-pci");
        groupAnswers(node("vfio/5"), 9, 1);
        Path regions = sys("kernel/iommu_groups/5").resolve("reserved_regions");
        Files.writeString(regions, "0x00000000000e0000 0x00000000000fffff direct-relaxable\n");
        assertFound(Severity.OK, "viable", only(IommuGroups.REAL));
        Files.writeString(regions, "0x00000000bdf6e000 0x00000000bdf84fff direct\n");
        assertFound(Severity.WARNING, "0x00000000bdf6e000-0x00000000bdf84fff", only(IommuGroups.REAL));
    }

    @Test
    void madeUpGroupsAreKeptApartFromRealOnes() throws IOException {
        member(0, "0000:00:10.0", "vfio-pci");
        Files.writeString(sys("kernel/iommu_groups/0").resolve("name"), "vfio-noiommu\n");
        String node = node("vfio/noiommu-0");
        groupAnswers(node, 9, 1);
        assertEquals(node, only(IommuGroups.MADE_UP).topic());
        Finding none = only(IommuGroups.REAL);
        assertFound(Severity.WARNING, "no device is given to user space", none);
        assertTrue(none.remedy().contains("drivers_probe"), none.remedy());
    }
}
