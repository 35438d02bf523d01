package dev.metaops.freeze;

import java.time.Instant;

/** Whether order rows may be written, as far as this machine knows without any database. */
public sealed interface Standing {
  /** No freeze waits here. The orders database may hold one. */
  record Free() implements Standing {}

  /** A freeze was recorded here and no database knows it yet: write no order row. */
  record Frozen(String actor, String reason, Instant at) implements Standing {}

  /** Nobody can tell: write no order row until the journal can be read. */
  record Unreadable(String why) implements Standing {}
}
