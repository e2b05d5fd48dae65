// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

/** What the command answers to the shell; a part of its interface. */
final class ExitCodes {
    /** What was asked for was done. */
    static final int OK = 0;
    /** It was not: the device could not be opened, a demonstration or test failed. */
    static final int FAILED = 1;
    /** The command line, an address or the configuration is wrong. */
    static final int USAGE = 2;
    /** No test of the compatibility kit was executed. */
    static final int NOTHING_RAN = 3;

    /** It was ended by Ctrl-C: 128 and the number of SIGINT, as shells have it. */
    static final int INTERRUPTED = 130;

    private ExitCodes() {}
}
