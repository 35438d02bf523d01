package dev.metaops.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The orders table and what may be done to it.
 *
 * @param door how it is reached; empty when nobody said
 * @param directUrl past the pooler, for migrations; empty when nobody said
 * @param table its name, with its schema
 * @param stuckAfter how long in one state counts as stuck when a command does not say
 */
public record OrdersSection(
    Optional<OrdersDoor> door,
    Optional<DatabaseUrl> directUrl,
    String table,
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
      List.of(URL, DIRECT_URL, SUPABASE_URL, SUPABASE_KEY, TABLE, MODE, GUARD, STUCK_AFTER);

  static OrdersSection from(Section section) {
    return new OrdersSection(
        OrdersDoor.from(section),
        section.database(DIRECT_URL),
        section.text(TABLE, OrdersSection::isTable),
        section.choice(MODE, Mode.class),
        section.choice(GUARD, Guard.class),
        section.duration(STUCK_AFTER, Duration.ofHours(1), Duration.ofDays(365)));
  }

  private static boolean isTable(String name) {
    return name.equals(name.toLowerCase(Locale.ROOT))
        && name.matches("([a-z_][a-z0-9_$]{0,62}\\.)?[a-z_][a-z0-9_$]{0,62}");
  }
}
