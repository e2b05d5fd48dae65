// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

/** Identify (NVM Express Base Specification 1.4, 5.15; with several command sets 2.0, 5.17). */
final class Identify {
    static final String FIRMWARE = "1.0";

    static final int LENGTH = 4096;

    private static final int NAMESPACE = 0x00;
    private static final int CONTROLLER = 0x01;
    private static final int ACTIVE_NAMESPACES = 0x02;
    private static final int DESCRIPTORS = 0x03;
    private static final int NAMESPACE_OF_COMMAND_SET = 0x05;
    private static final int CONTROLLER_OF_COMMAND_SET = 0x06;
    private static final int ACTIVE_NAMESPACES_OF_COMMAND_SET = 0x07;
    private static final int INDEPENDENT_NAMESPACE = 0x08;
    private static final int COMMAND_SETS = 0x1c;
    private static final int MOST_LISTED = LENGTH / Integer.BYTES;
    /** Ids from here on are no place in the list (5.15.2.3). */
    private static final int FIRST_RESERVED_ID = 0xfffffffe;

    private final Profile profile;
    private final Namespaces namespaces;
    private final NamespacePages pages;

    Identify(Profile profile, Namespaces namespaces) {
        this.profile = profile;
        this.namespaces = namespaces;
        this.pages = new NamespacePages(profile);
    }

    /** Does the command and returns its status. */
    int execute(Command command, PrpData data) {
        int set = command.dword11() >>> 24;
        if (!has(command.selector())) {
            return Status.INVALID_FIELD;
        }
        return switch (command.selector()) {
            case NAMESPACE -> namespace(command, data);
            case CONTROLLER -> data.store(command, ControllerPage.of(profile).memory());
            case ACTIVE_NAMESPACES -> list(command, data, -1);
            case DESCRIPTORS -> {
                Namespace namespace = namespaces.active(command.namespace());
                yield namespace == null
                        ? Status.INVALID_NAMESPACE
                        : data.store(command, pages.descriptors(namespace).memory());
            }
            case NAMESPACE_OF_COMMAND_SET -> namespaceOfSet(command, data, set);
            case CONTROLLER_OF_COMMAND_SET ->
                isCommandSet(set) ? data.store(command, new Page(LENGTH).memory()) : Status.INVALID_FIELD;
            case ACTIVE_NAMESPACES_OF_COMMAND_SET ->
                isCommandSet(set) ? list(command, data, set) : Status.INVALID_FIELD;
            case INDEPENDENT_NAMESPACE -> independentNamespace(command, data);
            case COMMAND_SETS ->
                data.store(command, NamespacePages.commandSets().memory());
            default -> Status.INVALID_FIELD;
        };
    }

    private boolean has(int structure) {
        return switch (structure) {
            case NAMESPACE, CONTROLLER -> true;
            case ACTIVE_NAMESPACES -> profile.version().has(Version.V1_1);
            case DESCRIPTORS -> profile.version().has(Version.V1_3);
            case NAMESPACE_OF_COMMAND_SET, CONTROLLER_OF_COMMAND_SET ->
                profile.hasCommandSets()
                        || profile.hasExtendedFormats()
                        || profile.version().has(Version.V2_0);
            case INDEPENDENT_NAMESPACE -> profile.version().has(Version.V2_0);
            case ACTIVE_NAMESPACES_OF_COMMAND_SET, COMMAND_SETS -> profile.hasCommandSets();
            default -> false;
        };
    }

    private static boolean isCommandSet(int set) {
        return set == NamespacePages.NVM || set == NamespacePages.ZONED;
    }

    private int namespace(Command command, PrpData data) {
        if (!namespaces.isValid(command.namespace())) {
            return Status.INVALID_NAMESPACE;
        }
        Namespace namespace = namespaces.active(command.namespace());
        // Of one that is not active all is zero (5.15.2.1).
        Page page = namespace == null ? new Page(LENGTH) : pages.namespace(namespace);
        return data.store(command, page.memory());
    }

    private int independentNamespace(Command command, PrpData data) {
        if (!namespaces.isValid(command.namespace())) {
            return Status.INVALID_NAMESPACE;
        }
        boolean active = namespaces.active(command.namespace()) != null;
        return data.store(command, NamespacePages.independent(active).memory());
    }

    private int namespaceOfSet(Command command, PrpData data, int set) {
        Namespace namespace = namespaces.active(command.namespace());
        if (namespace == null) {
            return Status.INVALID_NAMESPACE;
        }
        boolean own = NamespacePages.commandSet(namespace) == set;
        Page page = own && namespace.zones() != null ? pages.zoned(namespace.zones()) : new Page(LENGTH);
        return own ? data.store(command, page.memory()) : Status.INVALID_FIELD;
    }

    /** Answers with the ids of the active namespaces above one, of one command set or of all. */
    private int list(Command command, PrpData data, int set) {
        if (Integer.compareUnsigned(command.namespace(), FIRST_RESERVED_ID) >= 0) {
            return Status.INVALID_NAMESPACE;
        }
        Page page = new Page(LENGTH);
        int count = 0;
        for (Namespace namespace : namespaces.all()) {
            boolean above = Integer.compareUnsigned(namespace.id(), command.namespace()) > 0;
            boolean listed = namespace.isActive() && (set < 0 || set == NamespacePages.commandSet(namespace));
            if (above && listed && count < MOST_LISTED) {
                page.put32((long) count * Integer.BYTES, namespace.id());
                count++;
            }
        }
        return data.store(command, page.memory());
    }
}
