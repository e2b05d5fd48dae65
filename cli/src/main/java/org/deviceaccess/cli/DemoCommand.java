// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.util.concurrent.Callable;
import org.deviceaccess.drivers.edu.EduDriverProvider;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.error.BrokenProviderException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.pci.PciId;
import org.deviceaccess.spi.region.RegionId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code deviceaccess demo}: what the library does, step by step. */
@Command(
        name = "demo",
        header = "Show registers, interrupts and DMA at work, step by step.",
        description = {
            "",
            "Opens an edu device (QEMU's educational PCI device, 1234:11e8), attaches its driver and uses all of it."
                    + " By default the device is a simulated one: no hardware and no root are needed, on any machine."
                    + " Any other device is refused before a register of it is touched.",
            "",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  deviceaccess demo",
            "  deviceaccess demo vfio:0000:00:10.0",
            "  deviceaccess demo --dma-bits 64 0000:00:10.0",
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private final Context context;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Parameters(
            paramLabel = "ADDRESS",
            arity = "0..1",
            defaultValue = "sim:edu",
            description = "The device; ${DEFAULT-VALUE} unless given.")
    private String address = "";

    @Option(
            names = "--dma-bits",
            paramLabel = "BITS",
            converter = DriverForBits.class,
            defaultValue = "" + EduDriverProvider.DEFAULT_ADDRESS_BITS,
            description = "How many address bits the device drives (QEMU's dma_mask); ${DEFAULT-VALUE} unless given.")
    private EduDriverProvider driver = new EduDriverProvider();

    @Option(names = "--json", description = "Write the result for a program.")
    private boolean json;

    DemoCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        Progress progress = new Progress(context);
        DemoSteps steps = new DemoSteps(json ? null : context.out(), progress, context.interruption());
        context.interruption().endsInOrderWhenInterrupted();
        try (progress) {
            run(steps);
            return ExitCodes.OK;
        } finally {
            if (json) {
                Json.print(context.out(), steps.toJson(address));
            } else {
                context.out().println(System.lineSeparator() + steps.verdict(address));
                context.out().flush();
            }
        }
    }

    private void run(DemoSteps steps) throws Exception {
        DeviceAccess closed;
        try (DeviceAccess device =
                steps.run("open " + address, () -> context.devices().get().access(address), DemoCommand::describe)) {
            requireEdu(device, steps);
            new Demo(steps, device, driver).run();
            closed = device;
        }
        steps.run("close it and read once more", () -> readClosed(closed));
    }

    /** Refuses any other device before a register is touched: what the demonstration writes could do anything there. */
    private void requireEdu(DeviceAccess device, DemoSteps steps) {
        if (!driver.matches(device.identity())) {
            steps.refuse("look what it is", "it is no edu device");
            throw new ParameterException(
                    spec.commandLine(),
                    "the demonstration is for edu devices (1234:11e8), and " + address + " is "
                            + words(device.identity().pci()) + "; no register of it was read or written");
        }
    }

    private static String readClosed(DeviceAccess closed) {
        try {
            closed.region(RegionId.BAR0).read32(0x00);
        } catch (IllegalStateException e) {
            return "refused with " + e.getClass().getSimpleName();
        }
        throw new BrokenProviderException(Failure.during("refuse the use of the closed device " + closed.address())
                .because("a register could still be read")
                .remedy("Report this to the authors of the backend"));
    }

    private static String describe(DeviceAccess device) {
        return words(device.identity().pci()) + ", " + device.regions().size() + " regions, trust " + device.trust();
    }

    private static String words(@Nullable PciId pci) {
        return pci == null ? "no PCI device" : "PCI " + pci;
    }

    private static final class DriverForBits implements ITypeConverter<EduDriverProvider> {
        @Override
        public EduDriverProvider convert(String bits) {
            try {
                return new EduDriverProvider().withAddressBits(Integer.parseInt(bits));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + bits + "' is not a number of bits from 1 to 64");
            }
        }
    }
}
