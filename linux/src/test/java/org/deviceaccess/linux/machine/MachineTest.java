// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.contains;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deviceaccess.linux.libc.Capability;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.LibC;
import org.deviceaccess.linux.libc.ProcessStatus;
import org.deviceaccess.linux.libc.Rlimit;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.linux.pci.PciBus;
import org.deviceaccess.linux.sysfs.Sysfs;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.NativeAccessException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is found on made-up machines. */
@SuppressWarnings("restricted") // the made-up kernel writes to where it is told to
class MachineTest {
    private static final long VFIO_GROUP_GET_STATUS = 0x3b67; // linux/vfio.h: _IO(';', 100 + 3)
    private static final long MIB = 1 << 20;

    @TempDir
    Path root = Path.of("");

    private final LibC libc = mock(LibC.class);

    @BeforeEach
    void anEmptyMachine() throws IOException {
        Files.createDirectories(root.resolve("sys"));
        Files.createDirectories(root.resolve("dev/vfio"));
        process("0000000000000000", 0);
    }

    private void process(String capabilities, long lockedKib) throws IOException {
        Files.writeString(
                root.resolve("status"),
                "Name:\tjava\nUid:\t1000\t1001\t1000\t1000\nVmLck:\t     " + lockedKib + " kB\nCapEff:\t" + capabilities
                        + "\n");
    }

    private Machine machine() {
        return new Machine(
                new PciBus(new Sysfs(root.resolve("sys"))),
                root.resolve("dev"),
                new ProcessStatus(root.resolve("status")),
                () -> libc);
    }

    private Path sys(String path) throws IOException {
        return Files.createDirectories(root.resolve("sys").resolve(path));
    }

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

    private Finding only(Examination examination) {
        List<Finding> found = machine().examine(examination);
        assertEquals(1, found.size(), found::toString);
        return found.getFirst();
    }

    private static void assertFound(Severity severity, String part, Finding finding) {
        assertEquals(severity, finding.severity(), finding::toString);
        assertTrue(finding.detail().contains(part), finding::toString);
        assertEquals(severity == Severity.OK, finding.remedy() == null, finding::toString);
    }

    @ParameterizedTest
    @CsvSource({"dmar0,Intel VT-d", "ivhd0,AMD-Vi", "smmu3.0x0000000009050000,Arm SMMUv3", "virtio3,virtio"})
    void anActiveIommuIsNamed(String unit, String kind) throws IOException {
        sys("class/iommu/" + unit);
        assertFound(Severity.OK, "on: " + unit + " (" + kind + ")", only(ActiveIommu.NEEDED));
        assertEquals(Severity.WARNING, only(ActiveIommu.UNWANTED).severity());
        assertEquals(Severity.WARNING, only(ActiveIommu.UNUSED).severity());
    }

    @ParameterizedTest
    @CsvSource({"DMAR,intel_iommu=on", "IVRS,amd_iommu=on"})
    void anIommuThatIsOffIsTurnedOnByTheOptionOfItsMaker(String table, String option) throws IOException {
        Files.createFile(sys("firmware/acpi/tables").resolve(table));
        Finding finding = only(ActiveIommu.NEEDED);
        assertFound(Severity.PROBLEM, table, finding);
        assertTrue(finding.remedy().contains("/&" + option + " /'"), finding.remedy());
    }

    @Test
    void withoutAnyIommuTheFirmwareIsToBeAsked() {
        Finding finding = only(ActiveIommu.NEEDED);
        assertFound(Severity.PROBLEM, "firmware describes none", finding);
        assertTrue(finding.remedy().contains("VT-d"), finding.remedy());
        assertFound(Severity.OK, "off", only(ActiveIommu.UNWANTED));
        assertFound(Severity.OK, "off", only(ActiveIommu.UNUSED));
    }

    @ParameterizedTest
    @EnumSource(KernelFeature.class)
    void aFeatureIsLoadedByItsModule(KernelFeature feature) throws IOException {
        Finding missing = only(feature);
        assertEquals(
                feature == KernelFeature.UIO_PCI_GENERIC ? Severity.WARNING : Severity.PROBLEM, missing.severity());
        assertTrue(missing.remedy().contains("modprobe "), missing.remedy());
        sys(missing.detail().replaceFirst(".*there is no /sys/", ""));
        assertFound(Severity.OK, "there", only(feature));
    }

    @Test
    void theNoIommuModeIsSwitchedOnAtRunTime() throws IOException {
        assertFound(Severity.PROBLEM, "CONFIG_VFIO_NOIOMMU", only(ModuleSwitch.NO_IOMMU_MODE));
        // As on the kernels of distributions, where the module is loaded and lacks the mode.
        Path parameter = sys("module/vfio/parameters").resolve("enable_unsafe_noiommu_mode");
        Finding notBuilt = only(ModuleSwitch.NO_IOMMU_MODE);
        assertFound(Severity.PROBLEM, "built without the mode", notBuilt);
        assertFalse(notBuilt.remedy().contains("modprobe"), notBuilt.remedy());
        Files.writeString(parameter, "N\n");
        Finding off = only(ModuleSwitch.NO_IOMMU_MODE);
        assertFound(Severity.PROBLEM, "off", off);
        assertTrue(
                off.remedy().contains("echo 1 > /sys/module/vfio/parameters/enable_unsafe_noiommu_mode"), off.remedy());
        Files.writeString(parameter, "Y\n");
        assertFound(Severity.OK, "on", only(ModuleSwitch.NO_IOMMU_MODE));
    }

    @Test
    void unsafeInterruptsAreARisk() throws IOException {
        assertFound(Severity.OK, "not known", only(ModuleSwitch.UNSAFE_INTERRUPTS));
        Path parameter = sys("module/vfio_iommu_type1/parameters").resolve("allow_unsafe_interrupts");
        Files.writeString(parameter, "N\n");
        assertFound(Severity.OK, "not allowed", only(ModuleSwitch.UNSAFE_INTERRUPTS));
        Files.writeString(parameter, "Y\n");
        assertFound(Severity.WARNING, "allowed", only(ModuleSwitch.UNSAFE_INTERRUPTS));
    }

    @Test
    void aNodeIsOpenedToSeeWhoMay() {
        String path = root.resolve("dev/vfio/vfio").toString();
        when(libc.open(path, 0x80002)).thenReturn(7);
        assertFound(Severity.OK, "can be opened", only(DeviceNode.VFIO_CONTAINER));
        verify(libc).close(7);
        when(libc.open(path, 0x80002)).thenReturn(-Errnos.EACCES);
        Finding denied = only(DeviceNode.VFIO_CONTAINER);
        assertFound(Severity.PROBLEM, "EACCES", denied);
        when(libc.open(path, 0x80002)).thenReturn(-Errnos.ENODEV);
        assertEquals(
                RootCommands.forThisUser("modprobe vfio-pci"),
                only(DeviceNode.VFIO_CONTAINER).remedy());
    }

    /** The doctor must not say of one thing that it is there and that it is not loaded. */
    @Test
    void aContainerWithoutTheNodeIsToldApartFromAKernelWithoutTheModule() throws IOException {
        sys("class/vfio");
        sys("class/vfio-dev/vfio0");
        Files.writeString(sys("class/misc/vfio").resolve("dev"), "10:196\n");
        when(libc.open(anyString(), anyInt())).thenReturn(-Errnos.ENOENT);
        Finding node = only(DeviceNode.VFIO_CONTAINER);
        assertFound(Severity.PROBLEM, "this process sees a /dev without it", node);
        assertTrue(node.remedy().contains("docker run --device "), node.remedy());
        assertFound(Severity.OK, "there", only(KernelFeature.VFIO));
    }

    @Test
    void aKernelWithoutGroupsIsToldApartFromOneWithoutVfio() throws IOException {
        sys("class/vfio-dev/vfio0");
        when(libc.open(anyString(), anyInt())).thenReturn(-Errnos.ENOENT);
        for (Finding finding : List.of(only(KernelFeature.VFIO), only(DeviceNode.VFIO_CONTAINER))) {
            assertFound(Severity.PROBLEM, "built without", finding);
            assertTrue(finding.remedy().contains("CONFIG_VFIO_GROUP"), finding.remedy());
        }
    }

    @Test
    void nothingOfANodeIsLeftOpen() {
        String path = root.resolve("dev/vfio/vfio").toString();
        when(libc.open(path, 0x80002)).thenReturn(7);
        only(DeviceNode.VFIO_CONTAINER);
        verify(libc).close(7);
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

    private void memlock(long soft) {
        doAnswer(call -> {
                    assertEquals(Rlimit.RLIMIT_MEMLOCK, (int) call.getArgument(0));
                    MemorySegment rlimit =
                            MemorySegment.ofAddress(call.<Long>getArgument(1)).reinterpret(16);
                    rlimit.set(ValueLayout.JAVA_LONG, 0, soft);
                    rlimit.set(ValueLayout.JAVA_LONG, 8, soft);
                    return 0;
                })
                .when(libc)
                .getrlimit(anyInt(), anyLong());
    }

    @Test
    void theLimitOfLockedMemoryIsComparedWithWhatDriversNeed() throws IOException {
        memlock(Rlimit.INFINITY);
        assertFound(Severity.OK, "without limit", only(new MemlockLimit()));
        process("0000000000000000", 1024);
        memlock(65 * MIB);
        assertFound(Severity.OK, "of which 64 MiB are left", only(new MemlockLimit()));
        memlock(8 * MIB);
        Finding small = only(new MemlockLimit());
        assertFound(Severity.WARNING, "up to 8 MiB (RLIMIT_MEMLOCK), of which 7 MiB are left", small);
        assertTrue(
                small.remedy().contains("prlimit --pid $$ --memlock=" + 65 * MIB + ":" + 65 * MIB + ";"),
                small.remedy());
        memlock(MIB);
        assertFound(Severity.PROBLEM, "of which 0 MiB are left", only(new MemlockLimit()));
        process("0000000000004000", 1024);
        assertFound(Severity.OK, "CAP_IPC_LOCK", only(new MemlockLimit()));
    }

    @Test
    void aMissingCapabilityIsGrantedByACommand() throws IOException {
        var needed = new NeededCapability(Capability.CAP_SYS_RAWIO, Severity.PROBLEM, "to try");
        Finding lacking = only(needed);
        assertFound(Severity.PROBLEM, "lacks it, and needs it to try", lacking);
        assertTrue(
                lacking.remedy()
                        .contains("setpriv --reuid=1001 --regid=\"$(id -g 1001)\" --init-groups --inh-caps=+sys_rawio"
                                + " --ambient-caps=+sys_rawio"),
                lacking.remedy());
        process("0000000000020000", 0);
        assertFound(Severity.OK, "has it", only(needed));
        Files.delete(root.resolve("status"));
        assertFound(Severity.PROBLEM, "not known", only(needed));
    }

    @Test
    void aKernelThatIsLockedDownIsAProblem() throws IOException {
        assertFound(Severity.OK, "securityfs is not mounted", only(new Lockdown()));
        Path file = sys("kernel/security").resolve("lockdown");
        Files.writeString(file, "[none] integrity confidentiality\n");
        assertFound(Severity.OK, "none", only(new Lockdown()));
        Files.writeString(file, "none [integrity] confidentiality\n");
        assertFound(Severity.PROBLEM, "integrity", only(new Lockdown()));
    }

    @Test
    void whatCannotBeLookedAtIsAFindingAndHidesNothing() {
        when(libc.open(anyString(), anyInt())).thenReturn(-Errnos.EACCES);
        when(libc.open(contains("vfio/vfio"), anyInt()))
                .thenThrow(new NativeAccessException(
                        Failure.during("load JNA").because("it is denied").remedy("allow it")));
        List<Finding> found = machine().examine(DeviceNode.VFIO_CONTAINER, ActiveIommu.UNWANTED);
        assertEquals(2, found.size());
        assertFound(Severity.PROBLEM, "DA-NATIVE-ACCESS-DENIED: it is denied", found.getFirst());
        assertEquals("allow it", found.getFirst().remedy());
        assertNull(found.get(1).remedy());
    }
}
