package dev.metaops.orders;

import dev.metaops.chain.Hash;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A venue's rows as they are this moment, each with what the ledger in our own store makes of it.
 * Writes nothing to either.
 */
public final class ObservedOrders implements OrderBook {
  /** Of orders that ended, those of this time are compared with the ledger. */
  private static final Duration ENDED_WITHIN = Duration.ofDays(7);

  private final VenueOrders venue;
  private final OrdersStore copies;
  private final MirrorStore mirror;

  /** Closes both. */
  public ObservedOrders(VenueOrders venue, OrdersStore copies) {
    this.venue = venue;
    this.copies = copies;
    this.mirror = new MirrorStore(copies.connection());
  }

  /** How the orders are read without a ledger. */
  public VenueOrders venue() {
    return venue;
  }

  @Override
  public Instant now() throws SQLException {
    return copies.now();
  }

  @Override
  public Sight sight() throws SQLException {
    return venue.sight();
  }

  @Override
  public Rowfulness rowfulness() throws SQLException {
    return venue.rowfulness();
  }

  @Override
  public List<Sum> openBefore(Instant cutoff) throws SQLException {
    return venue.openBefore(cutoff);
  }

  @Override
  public List<Sum> endedSince(Instant cutoff) throws SQLException {
    return venue.endedSince(cutoff);
  }

  @Override
  public List<OrderRow> stuck(Instant cutoff, Optional<String> state, int limit)
      throws SQLException {
    return folded(venue.stuck(cutoff, state, limit));
  }

  @Override
  public List<OrderRow> openAfter(Optional<OrderRow> last, int limit) throws SQLException {
    return folded(venue.openAfter(last, limit));
  }

  @Override
  public List<OrderRow> contradicted(int limit) throws SQLException {
    List<String> ids = mirror.contradicted(now().minus(ENDED_WITHIN), limit);
    return folded(venue.byIds(ids));
  }

  @Override
  public long neverFunded(Instant cutoff) throws SQLException {
    Instant now = now();
    return stuck(cutoff, Optional.of("CREATED"), Integer.MAX_VALUE).stream()
        .filter(row -> row.fundBy().isBefore(now))
        .count();
  }

  @Override
  public Match find(String word) throws SQLException {
    return switch (venue.find(word)) {
      case Match.One(OrderRow row) -> new Match.One(folded(List.of(row)).getFirst());
      case Match.None none -> none;
      case Match.Several several -> several;
    };
  }

  @Override
  public List<OrderRow> byKeys(Collection<Hash> keys) throws SQLException {
    return folded(venue.byKeys(keys));
  }

  @Override
  public List<OrderRow> byIds(Collection<String> ids) throws SQLException {
    return folded(venue.byIds(ids));
  }

  @Override
  public List<History> events(Hash key) throws SQLException {
    return copies.events(key);
  }

  @Override
  public List<Update> updatesSince(Instant cutoff, int limit) throws SQLException {
    return venue.updatesSince(cutoff, limit);
  }

  @Override
  public List<Update> updatesOf(String orderId) throws SQLException {
    return venue.updatesOf(orderId);
  }

  @Override
  public void close() throws SQLException {
    try {
      venue.close();
    } finally {
      copies.close();
    }
  }

  /** A row the ledger was not folded for yet is one of which nothing can be said by the ledger. */
  private List<OrderRow> folded(List<OrderRow> rows) throws SQLException {
    Map<String, OrderRow> known = new HashMap<>();
    copies.byIds(rows.stream().map(OrderRow::id).toList()).forEach(row -> known.put(row.id(), row));
    Map<String, OrderRow> folded = new LinkedHashMap<>();
    for (OrderRow row : rows) {
      folded.put(
          row.id(),
          Optional.ofNullable(known.get(row.id()))
              .filter(copy -> copy.terms().equals(row.terms()))
              .map(copy -> row.with(copy.ledger()))
              .orElseGet(() ->
                  row.doubting(
                      row.terms().key().isEmpty()
                          ? "the row names no escrow: it has no key"
                          : "the ledger has not taken this row up yet; ask again in a moment")));
    }
    return new ArrayList<>(folded.values());
  }
}
