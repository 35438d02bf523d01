package dev.metaops.postgrest;

/** How many rows match, of those the key sees. */
public sealed interface Count {
  record Exactly(long rows) implements Count {}

  /** So many were seen; all of them could not be counted. */
  record AtLeast(long rows, PostgrestFailure why) implements Count {}
}
