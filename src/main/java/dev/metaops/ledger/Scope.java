package dev.metaops.ledger;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.escrow.Escrows;
import java.util.TreeSet;

/** Names what a certificate speaks of, so that another configuration does not inherit it. */
public final class Scope {
  private Scope() {}

  /**
   * The first 16 bytes, in hex, of SHA-256 over the contracts always watched and the first topics
   * of the mapped events, sorted.
   */
  public static String of(Escrows escrows) {
    StringBuilder text = new StringBuilder("metaops-scope-v1");
    new TreeSet<>(escrows.contracts().stream().map(Address::text).toList())
        .forEach(address -> text.append('\n').append(address));
    new TreeSet<>(escrows.profile().watchedTopics().stream().map(Hash::text).toList())
        .forEach(topic -> text.append('\n').append(topic));
    return Hash.sha256(text.toString()).digits().substring(0, 32);
  }
}
