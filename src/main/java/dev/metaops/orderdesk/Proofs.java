package dev.metaops.orderdesk;

import dev.metaops.ledger.ProvedEvent;
import dev.metaops.ledger.ProvedReceipt;
import dev.metaops.orders.History;
import dev.metaops.orders.OrderRow;
import dev.metaops.proof.InclusionProof;
import dev.metaops.proof.Verification;
import dev.metaops.reach.Books;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the ledger holds as proof of an order's events, checked again link by link. */
record Proofs(Map<Place, Standing> known) {
  Proofs {
    known = Map.copyOf(known);
  }

  /** Where an event is. */
  record Place(String block, String transaction) {}

  /** How an event is proved. */
  sealed interface Standing {
    /**
     * Its receipt is under the hash of its block.
     *
     * @param anchor how many nodes hold a block for final that stands on it; 0 before that
     */
    record Proved(int anchor) implements Standing {}

    /** A node's word is all there is. */
    record NotProved() implements Standing {}

    /** What is stored does not prove it. */
    record Broken(String why) implements Standing {}

    /** For people. */
    default String text() {
      return switch (this) {
        case Proved(int anchor) when anchor == 0 -> "in its block";
        case Proved(int anchor) when anchor == 1 -> "in its block, final for one node";
        case Proved(int anchor) -> "in its block, final for " + anchor + " nodes";
        case NotProved() -> "none";
        case Broken(String why) -> "BROKEN: " + why;
      };
    }

    /** For programs. */
    default String word() {
      return switch (this) {
        case Proved _ -> "proved";
        case NotProved() -> "none";
        case Broken _ -> "broken";
      };
    }
  }

  /** Nothing is known where there is no ledger. */
  static Proofs of(Books books, OrderRow row) throws SQLException {
    if (books.ledger().isEmpty() || row.terms().key().isEmpty()) {
      return new Proofs(Map.of());
    }
    List<ProvedEvent> events = books.ledger().get().completeness().proofs(row.terms().key().get());
    Map<Place, Standing> known = new HashMap<>();
    for (ProvedEvent event : events) {
      known.put(
          new Place(event.event().block().hash().text(), event.event().transaction().text()),
          standing(event));
    }
    return new Proofs(known);
  }

  private static Standing standing(ProvedEvent event) {
    Optional<ProvedReceipt> receipt = event.proof();
    if (receipt.isEmpty()) {
      return new Standing.NotProved();
    }
    return switch (InclusionProof.verify(receipt.get().proof())) {
      case Verification.Proved proved ->
          proved.blockHash().equals(event.event().block().hash())
              ? new Standing.Proved(event.anchor())
              : new Standing.Broken("it proves another block");
      case Verification.Refuted(String why) -> new Standing.Broken(why);
    };
  }

  Standing of(History event) {
    return known.getOrDefault(
        new Place(event.block().hash().text(), event.transaction().text()),
        new Standing.NotProved());
  }
}
