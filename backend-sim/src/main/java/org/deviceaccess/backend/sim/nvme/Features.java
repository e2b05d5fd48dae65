// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.backend.sim.nvme;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Get Features and Set Features (NVM Express Base Specification 1.4, 5.15 and 5.21): all that are mandatory, and those that
 * come with what the controller has. None can be saved.
 */
final class Features {
    static final int ARBITRATION = 0x01;
    static final int POWER_MANAGEMENT = 0x02;
    static final int TEMPERATURE_THRESHOLD = 0x04;
    static final int ERROR_RECOVERY = 0x05;
    static final int WRITE_CACHE = 0x06;
    static final int NUMBER_OF_QUEUES = 0x07;
    static final int INTERRUPT_COALESCING = 0x08;
    static final int INTERRUPT_VECTOR = 0x09;
    static final int WRITE_ATOMICITY = 0x0a;
    static final int EVENT_CONFIGURATION = 0x0b;
    /** NVM Express Base Specification 2.0, 5.27.1.18. */
    static final int HOST_BEHAVIOR = 0x16;
    /** NVM Express Base Specification 2.0, 5.27.1.21. */
    static final int COMMAND_SET_PROFILE = 0x19;

    private static final int SAVE = 1 << 31;
    private static final int SELECT_SHIFT = 8;
    private static final int SELECT_CURRENT = 0;
    private static final int SELECT_CAPABILITIES = 3;
    private static final int CHANGEABLE = 1 << 2;
    private static final int OF_NAMESPACE = 1 << 1;
    private static final int HOST_BEHAVIOR_LENGTH = 512;
    private static final int MOST_QUEUES_ASKED = 0xfffe;
    /** TMPSEL of all sensors (figure 274). */
    private static final int ALL_SENSORS = 0xf;

    private final Profile profile;
    private final QueueSet queues;
    private final Namespaces namespaces;
    private final Health health;
    private final int[] values = new int[COMMAND_SET_PROFILE + 1];
    private final int[] errorRecovery;
    private final int[] vectors;
    private final MemorySegment hostBehavior = MemorySegment.ofArray(new byte[HOST_BEHAVIOR_LENGTH]);
    private int result;

    Features(Profile profile, QueueSet queues, Namespaces namespaces, Health health) {
        this.profile = profile;
        this.queues = queues;
        this.namespaces = namespaces;
        this.health = health;
        this.errorRecovery = new int[namespaces.count() + 1];
        this.vectors = new int[profile.vectors()];
        reset();
    }

    /** Gives all their defaults, as a reset of the controller does. */
    void reset() {
        for (int feature = 0; feature < values.length; feature++) {
            values[feature] = defaultOf(feature);
        }
        Arrays.fill(errorRecovery, 0);
        Arrays.fill(vectors, 0);
        hostBehavior.fill((byte) 0);
        health.resetThresholds();
    }

    /** Returns dword 0 of the completion of the command that was done last. */
    int result() {
        return result;
    }

    private int defaultOf(int feature) {
        return switch (feature) {
            case WRITE_CACHE -> 1;
            case NUMBER_OF_QUEUES -> (queues.most() - 1) | (queues.most() - 1) << 16;
            default -> 0;
        };
    }

    /** Returns whether there is a feature. */
    boolean has(int feature) {
        return switch (feature) {
            case ARBITRATION,
                    POWER_MANAGEMENT,
                    TEMPERATURE_THRESHOLD,
                    ERROR_RECOVERY,
                    WRITE_CACHE,
                    NUMBER_OF_QUEUES,
                    INTERRUPT_COALESCING,
                    INTERRUPT_VECTOR,
                    WRITE_ATOMICITY,
                    EVENT_CONFIGURATION -> true;
            case HOST_BEHAVIOR -> profile.hasExtendedFormats();
            case COMMAND_SET_PROFILE -> profile.hasCommandSets();
            default -> false;
        };
    }

    /** Get Features; returns a status. */
    int get(Command command, PrpData data) {
        result = 0;
        int feature = command.selector();
        int select = command.dword10() >>> SELECT_SHIFT & 7;
        if (!has(feature) || select > SELECT_CAPABILITIES) {
            return Status.INVALID_FIELD;
        }
        if (select == SELECT_CAPABILITIES) {
            result = feature == ERROR_RECOVERY ? CHANGEABLE | OF_NAMESPACE : CHANGEABLE;
            return Status.SUCCESS;
        }
        boolean current = select == SELECT_CURRENT;
        return switch (feature) {
            case TEMPERATURE_THRESHOLD -> getThreshold(command.dword11(), current);
            case ERROR_RECOVERY -> getErrorRecovery(command.namespace(), current);
            case INTERRUPT_VECTOR -> getVector(command.dword11() & 0xffff, current);
            case HOST_BEHAVIOR -> data.store(command, current ? hostBehavior : new Page(HOST_BEHAVIOR_LENGTH).memory());
            default -> {
                result = current ? values[feature] : defaultOf(feature);
                yield Status.SUCCESS;
            }
        };
    }

    private int getThreshold(int selection, boolean current) {
        boolean under = (selection >>> 20 & 3) == 1;
        if ((selection >>> 16 & 0xf) != 0 || (selection >>> 20 & 3) > 1) {
            return Status.INVALID_FIELD;
        }
        result = current ? health.threshold(under) : Health.defaultThreshold(under);
        return Status.SUCCESS;
    }

    private int getErrorRecovery(int namespace, boolean current) {
        if (namespaces.active(namespace) == null) {
            return Status.INVALID_NAMESPACE;
        }
        result = current ? errorRecovery[namespace] : 0;
        return Status.SUCCESS;
    }

    private int getVector(int vector, boolean current) {
        if (vector >= vectors.length) {
            return Status.INVALID_FIELD;
        }
        result = vector | (current ? vectors[vector] : 0);
        return Status.SUCCESS;
    }

    /** Set Features; returns a status. */
    int set(Command command, PrpData data) {
        result = 0;
        int feature = command.selector();
        int value = command.dword11();
        if (!has(feature)) {
            return Status.INVALID_FIELD;
        }
        if ((command.dword10() & SAVE) != 0) {
            return Status.FEATURE_NOT_SAVEABLE;
        }
        if (feature == ERROR_RECOVERY) {
            return setErrorRecovery(command.namespace(), value);
        }
        if (command.namespace() != 0 && command.namespace() != Namespaces.ALL) {
            return Status.FEATURE_NOT_OF_NAMESPACE;
        }
        return switch (feature) {
            case POWER_MANAGEMENT -> store(feature, value, (value & 0x1f) == 0);
            case TEMPERATURE_THRESHOLD -> setThreshold(value);
            case WRITE_CACHE, WRITE_ATOMICITY -> store(feature, value & 1, true);
            case NUMBER_OF_QUEUES -> setNumberOfQueues(value);
            case INTERRUPT_COALESCING -> store(feature, value & 0xffff, true);
            case INTERRUPT_VECTOR -> setVector(value);
            case EVENT_CONFIGURATION -> store(feature, value & 0xff, true);
            case HOST_BEHAVIOR -> data.fetch(command, hostBehavior);
            // The one combination of command sets that it has is the first.
            case COMMAND_SET_PROFILE -> (value & 0x1ff) == 0 ? Status.SUCCESS : Status.COMMAND_SET_REJECTED;
            default -> store(feature, value, true);
        };
    }

    private int store(int feature, int value, boolean allowed) {
        if (!allowed) {
            return Status.INVALID_FIELD;
        }
        values[feature] = value;
        return Status.SUCCESS;
    }

    private int setErrorRecovery(int namespace, int value) {
        // Errors of deallocated blocks (DULBE) come with NSFEAT bit 2, which is clear.
        if ((value & 1 << 16) != 0) {
            return Status.INVALID_FIELD;
        }
        if (namespace == Namespaces.ALL) {
            Arrays.fill(errorRecovery, value & 0xffff);
            return Status.SUCCESS;
        }
        if (namespaces.active(namespace) == null) {
            return Status.INVALID_NAMESPACE;
        }
        errorRecovery[namespace] = value & 0xffff;
        return Status.SUCCESS;
    }

    private int setThreshold(int value) {
        int sensor = value >>> 16 & 0xf;
        int type = value >>> 20 & 3;
        if ((sensor != 0 && sensor != ALL_SENSORS) || type > 1) {
            return Status.INVALID_FIELD;
        }
        health.setThreshold(type == 1, value & 0xffff, values[EVENT_CONFIGURATION]);
        return Status.SUCCESS;
    }

    private int setNumberOfQueues(int value) {
        if ((value & 0xffff) > MOST_QUEUES_ASKED || value >>> 16 > MOST_QUEUES_ASKED) {
            return Status.INVALID_FIELD;
        }
        if (queues.hasIoQueues()) {
            return Status.COMMAND_SEQUENCE_ERROR;
        }
        result = values[NUMBER_OF_QUEUES];
        return Status.SUCCESS;
    }

    private int setVector(int value) {
        int vector = value & 0xffff;
        if (vector >= vectors.length) {
            return Status.INVALID_FIELD;
        }
        vectors[vector] = value & 1 << 16;
        return Status.SUCCESS;
    }
}
