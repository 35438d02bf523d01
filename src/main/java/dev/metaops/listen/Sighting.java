package dev.metaops.listen;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Log;
import dev.metaops.escrow.Decoded;
import java.time.Instant;

/** What an onlooker of the chain sees happen. */
public sealed interface Sighting {
  /** Whether a block counts as final. */
  enum Finality {
    PENDING,
    FINAL
  }

  /**
   * A log of a watched contract, in a block of one fork. The same log on another fork is another.
   *
   * @param time its block's
   */
  record Spotted(Log log, Decoded decoded, Instant time) {}

  record Arrived(Spotted event, Finality finality) implements Sighting {}

  /** Arrived before, and its block is final now. */
  record BecameFinal(Spotted event) implements Sighting {}

  /**
   * Arrived before, and its block is no longer of the chain.
   *
   * @param was final means that the chain broke its word
   */
  record Orphaned(Spotted event, Finality was) implements Sighting {}

  /**
   * The chain shares no block with what is remembered of it.
   *
   * @param after looking goes on with the block after this one
   */
  record BeganAgain(BlockRef after) implements Sighting {}
}
