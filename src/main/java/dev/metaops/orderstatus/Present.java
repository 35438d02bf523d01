package dev.metaops.orderstatus;

import java.time.Instant;
import java.util.Optional;

/**
 * Where an order stands.
 *
 * @param since since when the row is in that state
 * @param chain what the ledger has for it; absent when it has nothing
 * @param asOf when it was so, by the database's clock; of a copy, when it was last copied
 * @param position its latest move
 */
record Present(
    String order,
    String state,
    Instant since,
    Optional<OnChain> chain,
    Instant asOf,
    Position position) {

  /**
   * What the ledger makes of the chain.
   *
   * @param finality none, included or final
   * @param version grows with each change of what the ledger makes of it
   */
  record OnChain(String state, String finality, long version) {}

  /** The same, as it was then. */
  Present as(Instant when) {
    return new Present(order, state, since, chain, when, position);
  }

  /** Changes when anything of it does that an answer shows, but not with its age. */
  String tag() {
    return position.text()
        + "-"
        + chain.map(ledger -> ledger.version() + "-" + ledger.finality()).orElse("none");
  }
}
