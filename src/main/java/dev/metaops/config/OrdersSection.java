package dev.metaops.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The orders table and what may be done to it.
 *
 * @param door how it is reached; empty when nobody said
 * @param directUrl past the pooler, for migrations; empty when nobody said
 * @param table its name, with its schema
 * @param columns names of its columns that are not the usual ones, by what they say
 * @param states what its words for a state mean, where they are not the states' own names
 * @param amountDecimals how many digits stand behind the point of its amounts: 0 for base units
 * @param token the token of rows that name none, 0x and 40 lower-case digits
 * @param fundingWindow how long after its creation a row that does not say may be funded
 * @param stuckAfter how long in one state counts as stuck when a command does not say
 */
public record OrdersSection(
    Optional<OrdersDoor> door,
    Optional<DatabaseUrl> directUrl,
    String table,
    Map<String, String> columns,
    Map<String, String> states,
    int amountDecimals,
    Optional<String> token,
    Duration fundingWindow,
    Mode mode,
    Guard guard,
    Duration stuckAfter) {

  /** Who writes the rows. */
  public enum Mode {
    /** Look, judge and page; write and refuse nothing. */
    OBSERVE,
    /** People may apply plans. */
    REPAIR,
    /** The listener of metaops is the writer of the states the chain grants. */
    OWN;

    /** As on the first line of a command: {@code observing}. */
    public String doing() {
      return switch (this) {
        case OBSERVE -> "observing";
        case REPAIR -> "repairing";
        case OWN -> "owning";
      };
    }
  }

  /** The state-machine trigger on the orders table. */
  public enum Guard {
    ABSENT,
    /** Writes down what it would have refused. */
    RECORD,
    ENFORCE
  }

  static final Key URL =
      Key.of(
              "orders",
              "url",
              "postgres://user:password@host:port/database",
              "The orders database over SQL.")
          .variable("DATABASE_URL")
          .secret();
  static final Key DIRECT_URL =
      Key.of(
              "orders",
              "direct-url",
              "postgres://user:password@host:port/database",
              "The same database past a transaction pooler, for migrations.")
          .variable("DATABASE_DIRECT_URL")
          .secret();
  static final Key SUPABASE_URL =
      Key.of(
              "orders",
              "supabase-url",
              "https://project.supabase.co",
              "The orders database over Supabase's REST door.")
          .variable("SUPABASE_URL");
  static final Key SUPABASE_KEY =
      Key.of(
              "orders",
              "supabase-key",
              "the service role's key",
              "The key for that door; it has to be able to see the rows.")
          .variable("SUPABASE_KEY")
          .secret();
  static final Key TABLE =
      Key.of(
              "orders",
              "table",
              "schema.table in lower case",
              "The orders table; its schema may be left out when it is public.")
          .standard("public.orders");
  private static final Set<String> STATE_NAMES =
      Set.of(
          "CREATED",
          "PENDING",
          "DEPOSITED",
          "CONFIRMED",
          "TRADED",
          "DISPUTED",
          "SETTLED",
          "REFUNDED",
          "CANCELLED");
  private static final List<String> SAID_BY_COLUMNS =
      List.of(
          "id",
          "state",
          "buyer",
          "seller",
          "token",
          "amount",
          "escrow-contract",
          "escrow-key",
          "fund-by",
          "created-at",
          "updated-at",
          "state-since",
          "transaction",
          "sender",
          "nonce");
  static final List<Key> COLUMNS =
      SAID_BY_COLUMNS.stream()
          .map(said ->
              Key.of(
                  "orders.columns",
                  said,
                  "a column's name",
                  "Which column says it, when it has none of the usual names."))
          .toList();
  static final Key STATES =
      Key.of(
          "orders",
          "states",
          "WORD=STATE, separated by commas or as a list; STATE one of CREATED, PENDING,"
              + " DEPOSITED, CONFIRMED, TRADED, DISPUTED, SETTLED, REFUNDED, CANCELLED",
          "What the table's words for a state mean, where they are not these names.");
  static final Key AMOUNT_DECIMALS =
      Key.of(
              "orders",
              "amount-decimals",
              "a number from 0 to 77",
              "Digits behind the point of amounts: 0 for base units, 18 for whole coins.")
          .standard("0");
  static final Key TOKEN =
      Key.of(
          "orders",
          "token",
          "0x and 40 hex digits, all zero for the chain's own coin",
          "The token of every row, when no column says it; without it tokens are not compared.");
  static final Key FUNDING_WINDOW =
      Key.of(
              "orders",
              "funding-window",
              "a duration up to 8760h; a number alone counts hours",
              "How long after its creation an order may be funded, when no column says it.")
          .standard("24h");
  static final Key MODE =
      Key.of(
              "orders",
              "mode",
              "observe, repair, own",
              "observe writes no row; repair lets people apply plans; own lets the listener write.")
          .standard("observe");
  static final Key GUARD =
      Key.of(
              "orders",
              "guard",
              "absent, record, enforce",
              "The database's own state machine: absent, writing down what it would refuse, or"
                  + " refusing.")
          .standard("absent");
  static final Key STUCK_AFTER =
      Key.of(
              "orders",
              "stuck-after",
              "a duration up to 8760h; a number alone counts hours",
              "How long in one state counts as stuck when a command does not say.")
          .standard("2h");
  static final List<Key> KEYS =
      Stream.concat(
              Stream.of(
                  URL,
                  DIRECT_URL,
                  SUPABASE_URL,
                  SUPABASE_KEY,
                  TABLE,
                  STATES,
                  AMOUNT_DECIMALS,
                  TOKEN,
                  FUNDING_WINDOW,
                  MODE,
                  GUARD,
                  STUCK_AFTER),
              COLUMNS.stream())
          .toList();

  public OrdersSection {
    columns = Map.copyOf(columns);
    states = Map.copyOf(states);
  }

  static OrdersSection from(Section section) {
    return new OrdersSection(
        OrdersDoor.from(section),
        section.database(DIRECT_URL),
        section.text(TABLE, OrdersSection::isTable),
        columns(section),
        states(section),
        Math.toIntExact(section.count(AMOUNT_DECIMALS, 0, 77).orElse(0L)),
        section.read(TOKEN, EscrowSection::address),
        section.duration(FUNDING_WINDOW, Duration.ofHours(1), Duration.ofDays(365)),
        section.choice(MODE, Mode.class),
        section.choice(GUARD, Guard.class),
        section.duration(STUCK_AFTER, Duration.ofHours(1), Duration.ofDays(365)));
  }

  private static Map<String, String> columns(Section section) {
    Map<String, String> columns = new LinkedHashMap<>();
    for (Key column : COLUMNS) {
      section
          .read(column, text -> Optional.of(text).filter(name -> !name.isEmpty()))
          .ifPresent(name -> columns.put(column.name(), name));
    }
    return columns;
  }

  private static Map<String, String> states(Section section) {
    Map<String, String> states = new LinkedHashMap<>();
    section
        .list(STATES, OrdersSection::meaning)
        .forEach(meaning -> states.put(meaning.getKey(), meaning.getValue()));
    return states;
  }

  private static Optional<Map.Entry<String, String>> meaning(String text) {
    int equals = text.lastIndexOf('=');
    String state = text.substring(equals + 1).strip();
    return equals > 0 && STATE_NAMES.contains(state)
        ? Optional.of(Map.entry(text.substring(0, equals).strip(), state))
        : Optional.empty();
  }

  private static boolean isTable(String name) {
    return name.equals(name.toLowerCase(Locale.ROOT))
        && name.matches("([a-z_][a-z0-9_$]{0,62}\\.)?[a-z_][a-z0-9_$]{0,62}");
  }
}
