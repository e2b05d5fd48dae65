# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # root is the caller's
#
# When the build is older than the sources, and which JDK runs it; sourced with `root` set.

# Holds the home of the JDK that built; its time is when that build *began*, so an edit during a build counts as newer.
build_stamp() {
    echo "$root/cli/target/built-with"
}

# Answers yes (0) if what the command runs from is there and no source is newer.
build_is_fresh() {
    local stamp newer
    stamp=$(build_stamp)
    [[ -s $stamp && -d $root/cli/target/modules ]] || return 1
    # Directories count too: a deleted file changes only its directory.
    newer=$(cd "$root" && find pom.xml .mvn ./*/pom.xml ./*/src/main -newer "$stamp" -print 2>/dev/null | head -n 1)
    [[ -z $newer ]]
}

# build_begin FILE … build_done FILE JDK: around a build; build_done only if it worked.
build_begin() {
    mkdir -p "$root/cli/target"
    : >"$1"
}

build_done() {
    local began=$1 jdk=$2 stamp
    stamp=$(build_stamp)
    printf '%s\n' "$jdk" >"$stamp.new"
    touch -r "$began" "$stamp.new"
    mv "$stamp.new" "$stamp"
    rm -f "$began"
}

# Prints the home of the JDK to run what was built, or says what to install and answers 1. It is the one that built, unless
# JAVA_HOME names another: find-jdk asks each JDK for its version, which takes seconds on a guest's emulated CPU.
runtime_jdk() {
    local built=""
    if [[ -s $(build_stamp) ]]; then
        built=$(<"$(build_stamp)")
    fi
    # An empty name must not be tested: /bin/java is there on most systems, and of any version.
    if [[ -n $built && -x $built/bin/java ]] &&
        [[ -n ${DEVICEACCESS_TESTBED:-} || -z ${JAVA_HOME:-} || $JAVA_HOME -ef $built ]]; then
        printf '%s\n' "$built"
    else
        "$root/scripts/find-jdk"
    fi
}
