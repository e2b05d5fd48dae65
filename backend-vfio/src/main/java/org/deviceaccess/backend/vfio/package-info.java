// SPDX-License-Identifier: Apache-2.0
/** Devices behind an IOMMU, through Linux VFIO. */
package org.deviceaccess.backend.vfio;
