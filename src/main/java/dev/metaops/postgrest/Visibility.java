package dev.metaops.postgrest;

/**
 * What it means when no row comes. PostgreSQL filters rows by policy without an error, so a key
 * that is under row-level security gets the same empty answer from an empty table and from one it
 * may not look into.
 */
public sealed interface Visibility {
  String why();

  /** No row is there. */
  record SeesAll(String why) implements Visibility {}

  /** No row is there, or none is shown: UNKNOWN. */
  record CannotTell(String why) implements Visibility {}
}
