package dev.metaops.orderstatus;

import java.time.Instant;

/** What a follower hears. */
sealed interface Told {
  /** Its order moved. */
  record Moved(Move move) implements Told {}

  /**
   * Nobody can look, so silence says nothing.
   *
   * @param since when somebody looked last
   */
  record Blind(Instant since) implements Told {}

  /** Somebody looks again; what happened meanwhile was told. */
  record Seeing() implements Told {}

  /** Nothing happened for a while. */
  record Silence() implements Told {}

  /** The end. */
  record Ended(Cut why) implements Told {}
}
