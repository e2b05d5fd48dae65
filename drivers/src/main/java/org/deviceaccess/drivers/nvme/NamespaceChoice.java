// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;
import org.deviceaccess.spi.error.CommandFailedException;
import org.deviceaccess.spi.error.DeviceAccessException;
import org.deviceaccess.spi.error.Failure;
import org.deviceaccess.spi.error.MalformedDeviceException;
import org.deviceaccess.spi.error.UnsupportedCapabilityException;

/** Which namespaces a controller has, and which of them is an ordinary disk (NVM Express Base Specification 1.4, 5.15). */
final class NamespaceChoice {
    private static final int MOST_NAMESPACES = 1024;
    /** From this version on each controller has the list of a namespace's descriptors (5.15.2.4). */
    private static final int WITH_DESCRIPTORS = 0x00010300;
    /** NVM Express Base Specification 2.0, figure 277: the identifier of the command set, 1 byte long. */
    private static final int DESCRIPTOR_COMMAND_SET = 4;

    private static final int COMMAND_SET_NVM = 0;
    private static final int COMMAND_SET_ZONED = 2;

    private final NvmeRegisters registers;
    private final AdminQueue admin;
    private final ControllerIdentity controller;

    NamespaceChoice(NvmeRegisters registers, AdminQueue admin, ControllerIdentity controller) {
        this.registers = registers;
        this.admin = admin;
        this.controller = controller;
    }

    /**
     * Returns a namespace that this driver can use.
     *
     * @param wanted its id, or 0 for the first that can be used
     */
    NamespaceIdentity choose(int wanted) {
        if (wanted != 0) {
            return identify(wanted);
        }
        List<Integer> all = active();
        DeviceAccessException first = null;
        for (int id : all) {
            try {
                return identify(id);
            } catch (UnsupportedCapabilityException | MalformedDeviceException | CommandFailedException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
        throw new UnsupportedCapabilityException(Failure.during("attach to " + registers.device())
                .because("it has no active namespace")
                .remedy("Create one and attach it to the controller, with other tools"));
    }

    /** Returns the ids of the active namespaces, ascending, the 1,024 that come first. */
    List<Integer> active() {
        try {
            return admin.fetch(
                    AdminCommand.listNamespaces(admin.data()),
                    page -> IntStream.range(0, MOST_NAMESPACES)
                            .map(i -> page.get(IdentifyData.INT32, (long) i * Integer.BYTES))
                            .takeWhile(id -> id != 0)
                            .boxed()
                            .toList());
        } catch (CommandFailedException e) {
            // A controller of version 1.0 has no list: all ids up to the number of namespaces are asked for (NN).
            int most = (int) Math.min(MOST_NAMESPACES, controller.namespaceCount());
            return IntStream.rangeClosed(1, most)
                    .filter(this::hasBlocks)
                    .boxed()
                    .toList();
        }
    }

    private boolean hasBlocks(int id) {
        try {
            return admin.fetch(
                    AdminCommand.identifyNamespace(id, admin.data()), page -> page.get(IdentifyData.INT64, 0) != 0);
        } catch (CommandFailedException e) {
            return false;
        }
    }

    private NamespaceIdentity identify(int id) {
        int commandSet = registers.version() < WITH_DESCRIPTORS ? COMMAND_SET_NVM : commandSet(id);
        if (commandSet != COMMAND_SET_NVM) {
            String what = commandSet == COMMAND_SET_ZONED
                    ? "it is zoned, and is to be written zone by zone"
                    : "it has the command set " + commandSet + ", and is no disk";
            throw new UnsupportedCapabilityException(
                    Failure.during("use the namespace " + id + " of " + registers.device())
                            .because(what)
                            .remedy("Use another one with NvmeDriverProvider.withNamespace"));
        }
        return admin.fetch(
                AdminCommand.identifyNamespace(id, admin.data()),
                page -> NamespaceIdentity.parse(registers.device(), id, page));
    }

    private int commandSet(int id) {
        try {
            return admin.fetch(AdminCommand.listDescriptors(id, admin.data()), NamespaceChoice::commandSet);
        } catch (CommandFailedException e) {
            return COMMAND_SET_NVM; // Some do without the list in spite of their version.
        }
    }

    /** Figure 249: type in byte 0, length in byte 1, value from byte 4; a type of 0 ends the list. */
    private static int commandSet(MemorySegment page) {
        long at = 0;
        while (at + 4 < page.byteSize() && IdentifyData.unsigned8(page, at) != 0) {
            if (IdentifyData.unsigned8(page, at) == DESCRIPTOR_COMMAND_SET) {
                return IdentifyData.unsigned8(page, at + 4);
            }
            at += 4 + IdentifyData.unsigned8(page, at + 1);
        }
        return COMMAND_SET_NVM;
    }
}
