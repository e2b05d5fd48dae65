# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2054
#
# The devices of every PCI profile, always at the same addresses (QEMU's addr= is hexadecimal).
# A profile adds its IOMMU to QEMU_ARGS first, since QEMU wants it before the devices behind it.

pci_devices() {
  local disk=$RUN_DIR/nvme.img virtio_disk=$RUN_DIR/virtio-blk.img
  truncate -s 64M "$disk"
  truncate -s 16M "$virtio_disk"
  # Modern devices alone, whose DMA goes through the IOMMU if there is one (VIRTIO_F_ACCESS_PLATFORM).
  local modern=disable-legacy=on,iommu_platform=on
  QEMU_ARGS+=(
    # 10.0: reaches every address. 11.0: QEMU's default, 28 bits.
    -device edu,addr=10.0,dma_mask=0xffffffffffffffff
    -device edu,addr=11.0
    -drive "if=none,id=disk,format=raw,cache=unsafe,file=$(qemu_escape "$disk")"
    -device nvme,addr=12.0,drive=disk,serial=testbed
    # Two network cards on one hub: what one sends the other receives. No option ROM: it is slow to run.
    -netdev hubport,id=net0,hubid=0 -netdev hubport,id=net1,hubid=0
    -device e1000e,addr=13.0,netdev=net0,mac=52:54:00:00:00:13,romfile=
    -device e1000e,addr=14.0,netdev=net1,mac=52:54:00:00:00:14,romfile=
    # Two functions of one slot without ACS: one IOMMU group.
    -device edu,addr=15.0,multifunction=on
    -device edu,addr=15.1
    -device "virtio-rng-pci,addr=16.0,$modern"
    -drive "if=none,id=virtio-disk,format=raw,cache=unsafe,discard=unmap,file=$(qemu_escape "$virtio_disk")"
    -device "virtio-blk-pci,addr=17.0,drive=virtio-disk,$modern"
    -netdev hubport,id=net2,hubid=1 -netdev hubport,id=net3,hubid=1
    -device "virtio-net-pci,addr=18.0,netdev=net2,mac=52:54:00:00:00:18,romfile=,$modern"
    -device "virtio-net-pci,addr=19.0,netdev=net3,mac=52:54:00:00:00:19,romfile=,$modern"
  )
}

# Binds the devices of pci_devices to one driver, the shared pair excepted.
bind_singles() { # driver
  local device
  for device in 10.0 11.0 12.0 13.0 14.0 16.0 17.0 18.0 19.0; do
    BIND+=("0000:00:$device $1")
  done
}
