# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # for those who source it
#
# How a JVM is run in the testbed's guest, where compiling is what takes most of its time: C2 compiles what is ten times as
# hot as usual, C1 the rest.
guest_jvm=(
    -XX:+UseSerialGC
    -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000
    -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000
    # What a dying JVM writes to a file would be forgotten with the guest.
    -XX:+ErrorFileToStderr
)
