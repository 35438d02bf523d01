package dev.metaops.orders;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.order.OrderState;
import dev.metaops.postgrest.Postgrest;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * The rows of a table we did not make, read as they are and without a ledger beside them. The open
 * orders are read once and kept. Writes nothing.
 */
public final class VenueOrders implements OrderBook {
  /** More open orders than this are not read at once; {@link #isCut} says so. */
  public static final int MOST_OPEN = 50_000;

  private static final int MOST_ENDED = 50_000;
  private static final int SHOWN_MATCHES = 6;
  private static final Set<OrderState> FINAL =
      EnumSet.copyOf(Arrays.stream(OrderState.values()).filter(OrderState::isFinal).toList());

  private final RowSource source;
  private final TableMap map;
  private final Map<Column, String> columns;
  private final RowReading reading;
  private final Ticker ticker;
  private Optional<List<OrderRow>> open = Optional.empty();

  private VenueOrders(RowSource source, TableMap map, Ticker ticker) throws SQLException {
    this.source = source;
    this.map = map;
    this.ticker = ticker;
    this.columns = map.resolve(source.columns());
    this.reading = new RowReading(map, columns);
  }

  /** Over SQL; the connection is closed with this. */
  public static VenueOrders over(Connection connection, TableMap map, Ticker ticker)
      throws SQLException {
    return new VenueOrders(new TableStore(connection, map.schema(), map.table()), map, ticker);
  }

  /** Over Supabase's REST door; every question ends by the deadline. */
  public static VenueOrders over(Postgrest door, TableMap map, Deadline deadline, Ticker ticker)
      throws SQLException {
    return new VenueOrders(new RestRows(door, map.table(), deadline), map, ticker);
  }

  /** Which column of the table says what. */
  public Map<Column, String> columns() {
    return columns;
  }

  @Override
  public Instant now() throws SQLException {
    return source.now().orElseGet(ticker::now);
  }

  @Override
  public Sight sight() throws SQLException {
    return source.sight();
  }

  @Override
  public Rowfulness rowfulness() throws SQLException {
    return source.rows(RowQuery.where(1), id()).isEmpty() ? Rowfulness.NO_ROW : Rowfulness.ROWS;
  }

  /** Every open order with the longest in its state first, as far as they are read at once. */
  public List<OrderRow> open() throws SQLException {
    if (open.isEmpty()) {
      List<OrderRow> rows =
          read(
              RowQuery.where(
                  MOST_OPEN, new RowQuery.Condition.NoneOf(state(), spelled(map.words(FINAL)))));
      open =
          Optional.of(
              rows.stream()
                  .filter(row -> row.known().filter(FINAL::contains).isEmpty())
                  .sorted(Comparator.comparing(OrderRow::stateSince).thenComparing(OrderRow::id))
                  .toList());
    }
    return open.get();
  }

  /** Whether there are more open orders than are read at once. */
  public boolean isCut() throws SQLException {
    return open().size() >= MOST_OPEN;
  }

  @Override
  public List<Sum> openBefore(Instant cutoff) throws SQLException {
    return sums(open(), row -> row.stateSince().isBefore(cutoff));
  }

  @Override
  public List<Sum> endedSince(Instant cutoff) throws SQLException {
    return sums(ended(cutoff), row -> !row.stateSince().isBefore(cutoff));
  }

  /** Orders in a final state that changed since this moment. */
  public List<OrderRow> ended(Instant cutoff) throws SQLException {
    return read(
            RowQuery.where(
                MOST_ENDED,
                new RowQuery.Condition.Says(state(), spelled(map.words(FINAL))),
                new RowQuery.Condition.Since(changed(), cutoff)))
        .stream()
        .filter(row -> row.known().filter(FINAL::contains).isPresent())
        .toList();
  }

  @Override
  public List<OrderRow> openAfter(Optional<OrderRow> last, int limit) throws SQLException {
    var order = Comparator.comparing(OrderRow::stateSince).thenComparing(OrderRow::id);
    return open().stream()
        .filter(row -> last.filter(before -> order.compare(row, before) <= 0).isEmpty())
        .limit(limit)
        .toList();
  }

  @Override
  public List<OrderRow> stuck(Instant cutoff, Optional<String> state, int limit)
      throws SQLException {
    return open().stream()
        .filter(row -> row.stateSince().isBefore(cutoff))
        .filter(row -> state.isEmpty() || row.is(state.get()))
        .limit(limit)
        .toList();
  }

  /** There is no ledger that could contradict one. */
  @Override
  public List<OrderRow> contradicted(int limit) {
    return List.of();
  }

  /** Nobody can tell from rows alone. */
  @Override
  public long neverFunded(Instant cutoff) {
    return 0;
  }

  @Override
  public Match find(String word) throws SQLException {
    List<OrderRow> exact = byIds(List.of(word));
    if (exact.isEmpty() && word.matches("0[xX][0-9a-fA-F]{64}")) {
      Hash hash = new Hash(word);
      exact = byKeys(List.of(hash));
      String transaction = columns.get(Column.TRANSACTION);
      if (exact.isEmpty() && transaction != null) {
        exact =
            read(
                RowQuery.where(
                    SHOWN_MATCHES,
                    new RowQuery.Condition.OneOf(transaction, List.of(word, hash.text()))));
      }
    }
    List<OrderRow> found =
        exact.isEmpty()
            ? read(RowQuery.where(SHOWN_MATCHES, new RowQuery.Condition.Begins(id(), word)))
            : exact;
    return switch (found.size()) {
      case 0 -> new Match.None();
      case 1 -> new Match.One(found.getFirst());
      default -> new Match.Several(found.stream().map(OrderRow::id).toList());
    };
  }

  @Override
  public List<OrderRow> byIds(Collection<String> ids) throws SQLException {
    return ids.isEmpty()
        ? List.of()
        : read(
            RowQuery.where(ids.size() + 1, new RowQuery.Condition.OneOf(id(), List.copyOf(ids))));
  }

  /**
   * Where keys stand in no column, or in that column not of every row, they are computed, of the
   * open and the recently ended orders.
   */
  @Override
  public List<OrderRow> byKeys(Collection<Hash> keys) throws SQLException {
    Set<Hash> wanted = new HashSet<>(keys);
    if (wanted.isEmpty()) {
      return List.of();
    }
    String column = columns.get(Column.ESCROW_KEY);
    Map<String, OrderRow> found = new LinkedHashMap<>();
    if (column != null) {
      List<String> spellings =
          wanted.stream().map(Hash::text).flatMap(VenueOrders::spellings).distinct().toList();
      keep(
          read(
              RowQuery.where(
                  2 * wanted.size() + 1, new RowQuery.Condition.OneOf(column, spellings))),
          wanted,
          found);
    }
    Set<Hash> keysFound = new HashSet<>();
    found.values().forEach(row -> row.terms().key().ifPresent(keysFound::add));
    if (!keysFound.containsAll(wanted)) {
      keep(open(), wanted, found);
      keep(
          read(
              RowQuery.where(
                      MOST_ENDED, new RowQuery.Condition.Says(state(), spelled(map.words(FINAL))))
                  .newestFirst(changed())),
          wanted,
          found);
    }
    return List.copyOf(found.values());
  }

  private static void keep(List<OrderRow> rows, Set<Hash> wanted, Map<String, OrderRow> into) {
    for (OrderRow row : rows) {
      if (row.terms().key().filter(wanted::contains).isPresent()) {
        into.putIfAbsent(row.id(), row);
      }
    }
  }

  /** A key as tables write it: either case, with or without 0x. */
  private static java.util.stream.Stream<String> spellings(String key) {
    String upper = key.substring(2).toUpperCase(java.util.Locale.ROOT);
    return java.util.stream.Stream.of(
        key, key.substring(2), upper, "0x" + upper, "\\x" + key.substring(2));
  }

  /** The ledger's; there is none. */
  @Override
  public List<History> events(Hash key) {
    return List.of();
  }

  @Override
  public List<Update> updatesSince(Instant cutoff, int limit) throws SQLException {
    return read(
            RowQuery.where(limit, new RowQuery.Condition.Since(changed(), cutoff))
                .newestFirst(changed()))
        .stream()
        .map(VenueOrders::update)
        .sorted(Comparator.comparing(Update::at).reversed())
        .toList();
  }

  @Override
  public List<Update> updatesOf(String orderId) throws SQLException {
    return byIds(List.of(orderId)).stream().map(VenueOrders::update).toList();
  }

  /** A row tells of its last change only, and not who made it. */
  private static Update update(OrderRow row) {
    boolean isNew = !row.updatedAt().isAfter(row.createdAt());
    return new Update(
        row.updatedAt(),
        row.id(),
        Update.Origin.VENUE,
        isNew ? "created" : "changed; now " + row.state(),
        "not said by the table");
  }

  @Override
  public void close() throws SQLException {
    source.close();
  }

  private List<OrderRow> read(RowQuery query) throws SQLException {
    List<OrderRow> rows = new ArrayList<>();
    for (JsonNode row : source.rows(query, id())) {
      rows.add(reading.of(row));
    }
    return List.copyOf(rows);
  }

  private String id() {
    return columns.getOrDefault(Column.ID, "id");
  }

  private String state() {
    return columns.getOrDefault(Column.STATE, "state");
  }

  /** The column that moves with every change of state, as well as the table has one. */
  private String changed() {
    return Optional.ofNullable(columns.get(Column.STATE_SINCE))
        .or(() -> Optional.ofNullable(columns.get(Column.UPDATED_AT)))
        .orElseGet(() -> columns.getOrDefault(Column.CREATED_AT, "created_at"));
  }

  /** An enumerated column refuses words it does not know. */
  private List<String> spelled(List<String> words) throws SQLException {
    Set<String> allowed = source.words(state());
    return allowed.isEmpty() ? words : words.stream().filter(allowed::contains).toList();
  }

  private record Pot(String state, Optional<Address> token) {}

  private static List<Sum> sums(List<OrderRow> rows, Predicate<OrderRow> which) {
    Map<Pot, List<OrderRow>> pots =
        rows.stream()
            .filter(which)
            .collect(
                Collectors.groupingBy(
                    row -> new Pot(row.state(), row.terms().token()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    return pots.entrySet().stream()
        .map(pot ->
            new Sum(
                pot.getKey().state(),
                pot.getValue().getFirst().known(),
                pot.getKey().token(),
                pot.getValue().size(),
                pot.getValue().stream()
                    .flatMap(row -> row.terms().amount().stream())
                    .reduce(BigInteger.ZERO, BigInteger::add),
                pot.getValue().stream()
                    .map(OrderRow::stateSince)
                    .min(Comparator.naturalOrder())
                    .orElseThrow()))
        .sorted(
            Comparator.comparing(Sum::state)
                .thenComparing(sum -> sum.token().map(Address::text).orElse("")))
        .toList();
  }
}
