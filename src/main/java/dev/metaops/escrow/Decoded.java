package dev.metaops.escrow;

import dev.metaops.chain.Hash;
import java.util.Optional;

/** What a log of a watched contract turned out to be. */
public sealed interface Decoded {
  /** An event that means something for an order. */
  record Event(EscrowEvent event) implements Decoded {}

  /**
   * An event this profile gives no meaning: listed, stops nothing.
   *
   * @param topic0 absent on an anonymous event
   */
  record Unmapped(Optional<Hash> topic0) implements Decoded {}

  /**
   * Looks like a mapped event but cannot be read: quarantined.
   *
   * @param key the escrow it names, when that much could be read
   * @param why for people; printable and short
   */
  record Undecodable(Hash topic0, Optional<Hash> key, String why) implements Decoded {}
}
