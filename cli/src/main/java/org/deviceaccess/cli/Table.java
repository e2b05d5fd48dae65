// SPDX-License-Identifier: Apache-2.0
package org.deviceaccess.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;

/** Text in columns, each as wide as it must be; the last one wraps. */
final class Table {
    private static final int GAP = 2;
    private static final int LAST_COLUMN = 80;

    private final int columns;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... header) {
        this.columns = header.length;
        if (List.of(header).stream().anyMatch(name -> !name.isEmpty())) {
            rows.add(List.of(header));
        }
    }

    /** Adds a row with as many cells as the header has. */
    Table row(String... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException(cells.length + " cells in a table of " + columns + " columns");
        }
        rows.add(List.of(cells));
        return this;
    }

    void print(PrintWriter out) {
        Column[] layout = new Column[columns];
        for (int i = 0; i < columns; i++) {
            int index = i;
            int width =
                    rows.stream().mapToInt(row -> row.get(index).length()).max().orElse(0);
            layout[i] = i == columns - 1
                    ? new Column(Math.min(width, LAST_COLUMN) + GAP, 0, Overflow.WRAP)
                    : new Column(width + GAP, 0, Overflow.TRUNCATE);
        }
        TextTable table = TextTable.forColumns(Help.defaultColorScheme(Ansi.OFF), layout);
        rows.forEach(row -> table.addRowValues(row.toArray(String[]::new)));
        out.print(table.toString());
        out.flush();
    }
}
