// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.drivers.nvme;

/**
 * An admin command (NVM Express Base Specification 1.4, 5).
 *
 * @param name what it does, in the infinitive
 * @param opcode its opcode (figure 139)
 * @param namespace the namespace concerned, or 0
 * @param data the device address of its data, or 0
 * @param dword10 command dword 10
 * @param dword11 command dword 11
 */
record AdminCommand(String name, int opcode, int namespace, long data, int dword10, int dword11) {
    /** All namespaces of the controller (figure 105). */
    static final int ALL_NAMESPACES = 0xffffffff;

    private static final int DELETE_SUBMISSION_QUEUE = 0x00;
    private static final int CREATE_SUBMISSION_QUEUE = 0x01;
    private static final int GET_LOG_PAGE = 0x02;
    private static final int DELETE_COMPLETION_QUEUE = 0x04;
    private static final int CREATE_COMPLETION_QUEUE = 0x05;
    private static final int IDENTIFY = 0x06;
    private static final int ABORT = 0x08;
    private static final int SET_FEATURES = 0x09;

    private static final int NUMBER_OF_QUEUES = 0x07;
    private static final int CNS_NAMESPACE = 0x00;
    private static final int CNS_CONTROLLER = 0x01;
    private static final int CNS_ACTIVE_NAMESPACES = 0x02;
    private static final int CNS_DESCRIPTORS = 0x03;
    private static final int CONTIGUOUS = 1;
    private static final int INTERRUPTS_ENABLED = 1 << 1;

    /** Identify the controller (5.15.2.2). */
    static AdminCommand identifyController(long data) {
        return new AdminCommand("identify the controller", IDENTIFY, 0, data, CNS_CONTROLLER, 0);
    }

    /** Identify a namespace (5.15.2.1). */
    static AdminCommand identifyNamespace(int namespace, long data) {
        return new AdminCommand("identify the namespace " + namespace, IDENTIFY, namespace, data, CNS_NAMESPACE, 0);
    }

    /** List the active namespaces, the 1,024 that come first (5.15.2.3). */
    static AdminCommand listNamespaces(long data) {
        return new AdminCommand("list the namespaces", IDENTIFY, 0, data, CNS_ACTIVE_NAMESPACES, 0);
    }

    /** List the descriptors of a namespace (5.15.2.4). */
    static AdminCommand listDescriptors(int namespace, long data) {
        return new AdminCommand(
                "list the descriptors of the namespace " + namespace, IDENTIFY, namespace, data, CNS_DESCRIPTORS, 0);
    }

    /** Ask for a number of I/O queue pairs (5.21.1.7). */
    static AdminCommand setNumberOfQueues(int pairs) {
        return new AdminCommand(
                "ask for " + pairs + " queues",
                SET_FEATURES,
                0,
                0,
                NUMBER_OF_QUEUES,
                (pairs - 1) | ((pairs - 1) << 16));
    }

    /** Create an I/O completion queue (5.3); a vector below 0 stands for no interrupts. */
    static AdminCommand createCompletionQueue(int queue, int entries, long memory, int vector) {
        int interrupt = vector < 0 ? 0 : INTERRUPTS_ENABLED | vector << 16;
        return new AdminCommand(
                "create the completion queue " + queue,
                CREATE_COMPLETION_QUEUE,
                0,
                memory,
                queue | ((entries - 1) << 16),
                CONTIGUOUS | interrupt);
    }

    /** Create an I/O submission queue that completes to the completion queue of the same number (5.4). */
    static AdminCommand createSubmissionQueue(int queue, int entries, long memory) {
        return new AdminCommand(
                "create the submission queue " + queue,
                CREATE_SUBMISSION_QUEUE,
                0,
                memory,
                queue | ((entries - 1) << 16),
                CONTIGUOUS | queue << 16);
    }

    /** Delete an I/O submission queue, which ends the commands in it (5.6). */
    static AdminCommand deleteSubmissionQueue(int queue) {
        return new AdminCommand("delete the submission queue " + queue, DELETE_SUBMISSION_QUEUE, 0, 0, queue, 0);
    }

    /** Delete an I/O completion queue (5.5). */
    static AdminCommand deleteCompletionQueue(int queue) {
        return new AdminCommand("delete the completion queue " + queue, DELETE_COMPLETION_QUEUE, 0, 0, queue, 0);
    }

    /** Abort a command, which the device does as far as it can (5.1). */
    static AdminCommand abort(int queue, int commandId) {
        return new AdminCommand("abort a command", ABORT, 0, 0, queue | commandId << 16, 0);
    }

    /** Read a log page of the whole controller (5.14). */
    static AdminCommand getLogPage(int page, int bytes, long data) {
        return new AdminCommand(
                "read the log page " + page, GET_LOG_PAGE, ALL_NAMESPACES, data, page | ((bytes / 4 - 1) << 16), 0);
    }
}
