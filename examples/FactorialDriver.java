// SPDX-License-Identifier: Apache-2.0

import module org.deviceaccess.spi;

/** A driver for one function of the edu device: it computes factorials. */
static final class FactorialDriver implements Driver {
    // QEMU docs/specs/edu.rst, "MMIO area spec"
    private static final long FACTORIAL = 0x08;
    private static final long STATUS = 0x20;
    private static final long INTERRUPT_ACKNOWLEDGE = 0x64;
    private static final int COMPUTING = 0x01;
    private static final int RAISE_INTERRUPT_WHEN_DONE = 0x80;
    private static final int FACTORIAL_INTERRUPT = 0x01;

    private final DriverClaim claim;
    private final Region bar0;
    private final Interrupts interrupts;

    private FactorialDriver(DeviceAccess device, DriverClaim claim) {
        this.claim = claim;
        bar0 = device.region(RegionId.BAR0);
        bar0.write32(STATUS, RAISE_INTERRUPT_WHEN_DONE);
        interrupts = device.interrupts().enableFirst(1, InterruptKind.MSI, InterruptKind.INTX, InterruptKind.UIO);
    }

    int factorial(int n) throws InterruptedException {
        bar0.write32(FACTORIAL, n);
        if (interrupts.vector(0).await(Duration.ofSeconds(5)) == 0) {
            throw new DeviceTimeoutException(Failure.during("compute the factorial of " + n)
                    .because("the device raised no interrupt in 5 s"));
        }
        bar0.write32(INTERRUPT_ACKNOWLEDGE, FACTORIAL_INTERRUPT);
        if (interrupts.info().autoMasked()) {
            interrupts.vector(0).unmask();
        }
        if ((bar0.read32(STATUS) & COMPUTING) != 0) {
            throw new DeviceFaultException(Failure.during("compute the factorial of " + n)
                    .because("the device raised its interrupt before it was done"));
        }
        return bar0.read32(FACTORIAL);
    }

    @Override
    public void close() {
        try (claim) {
            interrupts.close();
        }
    }
}

/** Says which devices the driver is for and what it needs of them. */
record FactorialDriverProvider() implements DriverProvider {
    @Override
    public String name() {
        return "factorial";
    }

    @Override
    public Class<? extends Driver> type() {
        return FactorialDriver.class;
    }

    @Override
    public boolean matches(DeviceIdentity identity) {
        return identity.pci() != null && identity.pci().is(0x1234, 0x11e8);
    }

    @Override
    public DriverNeeds needs() {
        return DriverNeeds.NONE
                .withRegions(Map.of(RegionId.BAR0, 0x100L))
                .withInterrupts(1, InterruptKind.MSI, InterruptKind.INTX, InterruptKind.UIO);
    }

    @Override
    public Driver attach(DeviceAccess device) {
        return device.claim(name()).hold(claim -> new FactorialDriver(device, claim));
    }
}

void main(String[] arguments) throws InterruptedException {
    String address = arguments.length > 0 ? arguments[0] : "sim:edu";
    try (DeviceAccess device = Devices.open(address);
            FactorialDriver driver = Drivers.of(new FactorialDriverProvider()).attach(device, FactorialDriver.class)) {
        IO.println("10! = " + driver.factorial(10));
    }
}
