// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.linux.sysfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelModulesTest {
    @Test
    void showsModulesAndTheirParameters(@TempDir Path root) throws Exception {
        Path parameters = Files.createDirectories(root.resolve("module/vfio_iommu_type1/parameters"));
        Files.writeString(parameters.resolve("dma_entry_limit"), "65535\n");
        Files.createDirectories(root.resolve("module/vfio_pci"));
        KernelModules modules = new KernelModules(new Sysfs(root));
        assertTrue(modules.isPresent("vfio_pci"));
        assertFalse(modules.isPresent("vfio"));
        assertEquals(Optional.of("65535"), modules.parameter("vfio_iommu_type1", "dma_entry_limit"));
        assertEquals(Optional.empty(), modules.parameter("vfio_iommu_type1", "other"));
        assertEquals(Optional.empty(), modules.parameter("vfio_pci", "ids"));
        assertEquals(Optional.empty(), modules.parameter("vfio", "enable_unsafe_noiommu_mode"));
    }
}
