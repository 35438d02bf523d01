package dev.metaops.orders;

import dev.metaops.chain.Hash;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The orders, wherever they are and whatever their table looks like. Reads only. What a door cannot
 * answer travels as {@link SQLException}, with a message for people. Not thread-safe.
 */
public interface OrderBook extends AutoCloseable {
  /** The orders database's clock, where it can be asked; else this machine's. */
  Instant now() throws SQLException;

  /** Whether rows may be hidden from us: then no count of them proves anything. */
  Sight sight() throws SQLException;

  /** Whether the table shows any row at all. */
  Rowfulness rowfulness() throws SQLException;

  /** Whether a table shows rows. */
  enum Rowfulness {
    ROWS,
    /** None; a venue without orders, or another table than the one that was meant. */
    NO_ROW
  }

  /** Open orders in their state since before {@code cutoff}, by state and token. */
  List<Sum> openBefore(Instant cutoff) throws SQLException;

  /** Orders that took a final state since {@code cutoff}, by state and token. */
  List<Sum> endedSince(Instant cutoff) throws SQLException;

  /** Open orders in their state since before {@code cutoff}, longest first. */
  List<OrderRow> stuck(Instant cutoff, Optional<String> state, int limit) throws SQLException;

  /**
   * Open orders, longest in their state first, page by page: those after the last one of the page
   * before.
   *
   * @param last empty for the first page
   */
  List<OrderRow> openAfter(Optional<OrderRow> last, int limit) throws SQLException;

  /** Rows the ledger contradicts or could not move yet, whatever their age. */
  List<OrderRow> contradicted(int limit) throws SQLException;

  /** Open orders whose funding window closed and that nobody knows an escrow of. */
  long neverFunded(Instant cutoff) throws SQLException;

  /**
   * Finds an order by its id, its escrow key, the hash of its last transaction, or a prefix of its
   * id that only one order has.
   */
  Match find(String word) throws SQLException;

  /** The rows of these escrow keys; keys without a row are missing from the answer. */
  List<OrderRow> byKeys(Collection<Hash> keys) throws SQLException;

  /** The rows of these ids; ids without a row are missing from the answer. */
  List<OrderRow> byIds(Collection<String> ids) throws SQLException;

  /** Every event the ledger holds of this escrow, orphaned ones too, in chain order. */
  List<History> events(Hash key) throws SQLException;

  /** Every change since {@code cutoff}, newest first. */
  List<Update> updatesSince(Instant cutoff, int limit) throws SQLException;

  /** Every change of this order, newest first; the last 50. */
  List<Update> updatesOf(String orderId) throws SQLException;

  @Override
  void close() throws SQLException;
}
