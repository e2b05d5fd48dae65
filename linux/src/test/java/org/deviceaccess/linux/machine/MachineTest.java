// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.contains;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deviceaccess.linux.libc.Errnos;
import org.deviceaccess.linux.libc.RootCommands;
import org.deviceaccess.spi.Finding;
import org.deviceaccess.spi.Finding.Severity;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.NativeAccessException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is found of the kernel of made-up machines. */
class MachineTest extends MadeUpMachine {
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
