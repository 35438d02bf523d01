package dev.metaops.postgrest;

import java.util.List;
import java.util.OptionalInt;

/**
 * A column as the server describes it.
 *
 * @param format PostgreSQL's name of the type: {@code text}, {@code numeric}, {@code timestamp with
 *     time zone}, {@code public.order_state}
 * @param longest of a varchar(n)
 * @param values of an enum, in its order; else empty
 */
public record Column(
    String name,
    String format,
    Presence presence,
    Role role,
    OptionalInt longest,
    List<String> values) {
  public Column {
    values = List.copyOf(values);
  }

  /** Whether a row may be without it; a view never says. */
  public enum Presence {
    NOT_NULL,
    MAY_BE_ABSENT
  }

  /** What it is for, as far as the server says. */
  public enum Role {
    PRIMARY_KEY,
    FOREIGN_KEY,
    PLAIN
  }
}
