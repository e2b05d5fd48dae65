# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the README shows; sourced at the root of the project.

# Prints the code block that follows a mark of the README: "example: FILE" or "check: WHAT".
readme_block() {
    awk -v mark="<!-- $1 -->" '
        $0 == mark { marked = 1; next }
        marked && /^```/ { if (inside) exit; inside = 1; next }
        inside { print }' README.md
}
