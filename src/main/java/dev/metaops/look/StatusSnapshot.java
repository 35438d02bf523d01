package dev.metaops.look;

import dev.metaops.config.OrdersSection;
import dev.metaops.freeze.Standing;
import dev.metaops.listen.ListenerState;
import dev.metaops.time.Ages;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Everything the sentence of {@code status} depends on.
 *
 * @param now the orders database's clock where it answered, else this machine's
 * @param mode whether metaops is to write rows, or only looks
 * @param database why the orders database could not be read; empty when it was
 * @param chain why no provider can be used; empty when one can, or none is configured
 * @param listener empty when the orders database was not read
 * @param local what this machine's journal says of a freeze
 * @param orders empty when the orders database was not read
 */
public record StatusSnapshot(
    Instant now,
    OrdersSection.Mode mode,
    Optional<String> database,
    Optional<String> chain,
    Optional<ListenerState> listener,
    Standing local,
    Optional<Orders> orders) {

  /**
   * The open orders.
   *
   * @param count all of them
   * @param inEscrow their money on chain, as text
   * @param contradicting those the basis contradicts
   * @param contradictingAmount their money, as text
   * @param firstDeadline the next moment at which a buyer may take a refund
   * @param old those longer in one state than {@code oldAfter}
   * @param neverFunded those without escrow whose funding window is over
   */
  public record Orders(
      long count,
      String inEscrow,
      Basis basis,
      long contradicting,
      String contradictingAmount,
      Optional<Instant> firstDeadline,
      long old,
      Duration oldAfter,
      long neverFunded) {}

  /** On what the orders' verdicts rest. */
  public sealed interface Basis {
    record Ledger(Duration staleness) implements Basis {}

    /** The contract itself, asked about the oldest first until the time was up. */
    record Contract(int reached, int of) implements Basis {}

    record Nothing(String why) implements Basis {}

    /** For people. */
    default String text() {
      return switch (this) {
        case Ledger(Duration staleness) -> "by the ledger, " + Ages.of(staleness) + " behind";
        case Contract(int reached, int of) -> "by the contract, reached " + reached + " of " + of;
        case Nothing(String why) -> "UNKNOWN: " + why;
      };
    }
  }
}
