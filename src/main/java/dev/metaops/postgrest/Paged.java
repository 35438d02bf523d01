package dev.metaops.postgrest;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** Rows gathered page by page, and how it ended. */
public record Paged(List<JsonNode> rows, End end) {
  public Paged {
    rows = List.copyOf(rows);
  }

  /** Why no more rows are here. */
  public sealed interface End {
    /** There are no more. */
    record Complete() implements End {}

    /** There are more, and no more were wanted. */
    record Cut() implements End {}

    /** There may be more: a later page failed. */
    record Broken(PostgrestFailure failure) implements End {}
  }
}
