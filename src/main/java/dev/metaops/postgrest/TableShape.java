package dev.metaops.postgrest;

import java.util.List;

/** What columns a table has, as well as it could be learned. */
public sealed interface TableShape {
  /** From the server's description. */
  record Described(List<Column> columns) implements TableShape {
    public Described {
      columns = List.copyOf(columns);
    }
  }

  /**
   * From the first row that came; types are not known.
   *
   * @param why there is no description
   */
  record SeenInARow(List<String> columns, PostgrestFailure why) implements TableShape {
    public SeenInARow {
      columns = List.copyOf(columns);
    }
  }

  /** The table is there; no description of it, and no row. */
  record Hidden(PostgrestFailure why) implements TableShape {}
}
