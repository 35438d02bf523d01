package dev.metaops.orders;

import java.util.List;

/** Which order a word on the command line means. */
public sealed interface Match {
  record One(OrderRow row) implements Match {}

  record None() implements Match {}

  /** A prefix of several; the first few ids. */
  record Several(List<String> ids) implements Match {}
}
