// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.deviceaccess.drivers.block.CommandRing;
import org.deviceaccess.drivers.block.DiskHardware;
import org.deviceaccess.spi.DeviceAccess;
import org.deviceaccess.spi.block.BlockGeometry;
import org.deviceaccess.spi.dma.DmaConstraints;
import org.deviceaccess.spi.error.DeviceFaultException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.region.RegionId;
import org.jspecify.annotations.Nullable;

/** The controller: how it is stopped, started (NVM Express Base Specification 1.4, 7.6) and asked, and its queue pairs. */
final class NvmeHardware implements DiskHardware {
    /** A command's id has 16 bits, one of which at the least changes from use to use. */
    private static final int MOST_COMMANDS = 32_768;

    private final DeviceAccess device;
    private final NvmeRegisters registers;
    private final ControllerCapabilities capabilities;
    private final Duration timeout;
    private final int wantedQueues;
    private final int wantedNamespace;
    private final MessageVectors vectors;
    private @Nullable AdminQueue admin;
    private @Nullable ControllerIdentity identity;
    private volatile @Nullable Namespace namespace;
    private volatile int queues;

    /**
     * Reads what the controller can do, and does nothing to it.
     *
     * @param timeout how long a command may take
     * @param wantedQueues for how many queue pairs it is asked
     * @param wantedNamespace the id of the namespace, or 0 for the first that can be used
     */
    NvmeHardware(DeviceAccess device, Duration timeout, int wantedQueues, int wantedNamespace) {
        this.device = device;
        this.registers =
                new NvmeRegisters(device.region(RegionId.BAR0), device.address().toString());
        this.capabilities = ControllerCapabilities.of(registers);
        this.timeout = timeout;
        this.wantedQueues = Math.min(wantedQueues, capabilities.maxQueuePairs());
        this.wantedNamespace = wantedNamespace;
        this.vectors = new MessageVectors(device);
    }

    NvmeRegisters registers() {
        return registers;
    }

    ControllerCapabilities capabilities() {
        return capabilities;
    }

    MessageVectors vectors() {
        return vectors;
    }

    Namespace namespace() {
        return Objects.requireNonNull(namespace, "not started");
    }

    ControllerIdentity identity() {
        return Objects.requireNonNull(identity, "not started");
    }

    /** Runs an admin command; returns double word 0 of its completion. */
    int execute(AdminCommand command) {
        return admin().execute(command);
    }

    /** Returns the ids of the active namespaces. */
    List<Integer> namespaces() {
        return new NamespaceChoice(registers, admin(), identity()).active();
    }

    Health health() {
        return admin().fetch(AdminCommand.getLogPage(Health.LOG_PAGE, Health.LENGTH, admin().data()), Health::parse);
    }

    private AdminQueue admin() {
        return Objects.requireNonNull(admin, "not started");
    }

    @Override
    public DeviceAccess device() {
        return device;
    }

    @Override
    public Duration timeout() {
        return timeout;
    }

    @Override
    public void stop() {
        registers.disable(capabilities.timeout());
    }

    @Override
    public void start() {
        if (admin == null) {
            // Not before the controller is at rest: what a predecessor left running must not reach it.
            admin = new AdminQueue(device, registers, capabilities, timeout);
        }
        if (!vectors.areEnabled()) {
            // With MSI-X enabled the register must not be touched (3.1.3); without, nobody listens to the others.
            registers.maskLineInterrupts();
        }
        admin.install();
        registers.enable(capabilities.memoryPageSize(), capabilities.timeout());
        int granted = askForQueues();
        Namespace known = namespace;
        if (known == null) {
            queues = granted;
            vectors.setQueues(granted);
            identify(admin);
        } else if (granted < queues || !known.isStillIn(chosen(admin, known.id()))) {
            throw new DeviceFaultException(Failure.during("bring back " + registers.device() + " after a reset")
                    .because("it is another device now, with " + granted + " queues of " + queues
                            + " or with another namespace " + known.id())
                    .remedy("Close the driver and attach anew"));
        }
    }

    /** Returns how many queue pairs the controller grants (5.21.1.7, figure 277), which may be more than were asked for. */
    private int askForQueues() {
        int granted = execute(AdminCommand.setNumberOfQueues(wantedQueues));
        return Math.min(wantedQueues, Math.min(granted & 0xffff, granted >>> 16) + 1);
    }

    private void identify(AdminQueue queue) {
        ControllerIdentity found =
                queue.fetch(AdminCommand.identifyController(queue.data()), ControllerIdentity::parse);
        identity = found;
        if (!found.takesStandardEntries()) {
            throw new MalformedDeviceException(Failure.during("attach to " + registers.device())
                    .because("it does not take queue entries of 64 and 16 bytes (SQES, CQES)")
                    .remedy("Reset the device; if it stays so, it is defective"));
        }
        namespace = chosen(queue, wantedNamespace);
    }

    private Namespace chosen(AdminQueue queue, int id) {
        NamespaceIdentity chosen = new NamespaceChoice(registers, queue, identity()).choose(id);
        return Namespace.of(chosen, identity(), capabilities, queues);
    }

    @Override
    public void sayFarewell() {
        ControllerIdentity known = identity;
        registers.shutDown(known == null ? ControllerIdentity.SHUTDOWN_DEFAULT : known.shutdownTime());
    }

    @Override
    public @Nullable String trouble() {
        int status = registers.status();
        if ((status & NvmeRegisters.FATAL) != 0) {
            return "it reports a fatal error (CSTS.CFS)";
        }
        return (status & NvmeRegisters.READY) == 0 ? "it was disabled behind the driver's back (CSTS.RDY is 0)" : null;
    }

    @Override
    public BlockGeometry geometry() {
        return namespace().geometry();
    }

    @Override
    public DmaConstraints bufferConstraints() {
        return DmaConstraints.NONE
                .withAlignment(capabilities.pageSize())
                .withSegments(Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    @Override
    public int queues() {
        return queues;
    }

    @Override
    public int depth() {
        return depth(capabilities);
    }

    /** Returns how many commands a queue pair can have under way: one entry of a ring stays empty (4.1.1). */
    static int depth(ControllerCapabilities capabilities) {
        return Math.min(capabilities.maxEntries() - 1, MOST_COMMANDS);
    }

    @Override
    public CommandRing ring(int number, int depth, boolean interrupt) {
        int vector = interrupt ? vectors.take() : MessageVectors.NONE;
        try {
            // Queue 0 is the admin queue (1.6.2).
            return new NvmeRing(this, number + 1, depth, vector);
        } catch (RuntimeException e) {
            vectors.giveBack(vector);
            throw e;
        }
    }

    @Override
    public boolean abort(int number, int id) {
        // Whether it did (5.1) shows in that the command ends.
        execute(AdminCommand.abort(number + 1, id));
        return true;
    }

    @Override
    public String words(int status) {
        return new NvmeStatus(status).toString();
    }

    @Override
    public void closeInterrupts() {
        vectors.close();
    }

    @Override
    public void release() {
        if (admin != null) {
            admin.close();
        }
    }
}
