package dev.metaops.store;

import dev.metaops.config.DatabaseUrl;
import dev.metaops.time.Ages;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Why a database could not be used, named by what was seen. Holds no password. */
public sealed interface DatabaseFailure {
  /** Host, port and database. */
  String where();

  /** What, why, and what to do, for someone just woken. */
  String sentence();

  /** Nobody listens there, or the way there is cut. */
  record Unreachable(String where, String why) implements DatabaseFailure {
    @Override
    public String sentence() {
      return about(where, why, "is PostgreSQL up, and are host and port right?");
    }
  }

  /** It took the connection or the statement, and then said nothing for this long. */
  record NoAnswer(String where, Duration waited) implements DatabaseFailure {
    @Override
    public String sentence() {
      String time =
          waited.toSeconds() < 10
              ? String.format(Locale.ROOT, "%.1f s", waited.toMillis() / 1000.0)
              : Ages.of(waited);
      return about(
          where,
          "no answer within " + time,
          "the server hangs, waits for a lock, or a firewall drops packets: look at its load and"
              + " pg_stat_activity");
    }
  }

  /**
   * All connections of our own pool are lent, and none came back in time; the database was not
   * asked.
   *
   * @param held how many there are, and who holds them
   */
  record PoolExhausted(String where, Duration waited, String held) implements DatabaseFailure {
    @Override
    public String sentence() {
      return about(
          where,
          String.format(
              Locale.ROOT,
              "no connection of this process's pool was free within %.1f s: %s",
              waited.toMillis() / 1000.0,
              held),
          "who holds one too long loses it by itself; at once: metaops db reset-pool");
    }
  }

  /** Something listens there and speaks another protocol. */
  record NotPostgres(String where, String seen) implements DatabaseFailure {
    @Override
    public String sentence() {
      return about(
          where,
          "what answers there does not speak PostgreSQL: " + seen,
          "is the port right, or is a proxy in between?");
    }
  }

  /** Up, and taking no more sessions now. */
  record NotAccepting(String where, String said) implements DatabaseFailure {
    @Override
    public String sentence() {
      return about(
          where,
          "it takes no session now: " + said,
          "starting or recovering ends by itself; for too many connections find who holds them in"
              + " pg_stat_activity");
    }
  }

  /** Supabase's own doors, which say what PostgreSQL would not. */
  record SupabaseRefused(String where, Why why, String said) implements DatabaseFailure {
    /** What its words mean. */
    public enum Why {
      /** The pooler knows no such project under this user: paused, deleted, or another region. */
      NO_TENANT(
          "the pooler knows no such project",
          "it is paused or restricted (its dashboard says which), or the user has to be"
              + " postgres.PROJECT and the host the one of its region"),
      /** All of the pooler's sessions are taken. */
      POOL_FULL(
          "the pooler refuses: all its sessions are taken",
          "find who holds them, raise the pool size, or use the transaction pooler on port 6543"),
      /** The direct host has an IPv6 address only, and there is no way to it from here. */
      IPV6_ONLY(
          "its direct host has IPv6 addresses only, and none can be reached from here",
          "use the pooler's connection string, or add Supabase's IPv4 address");

      private final String what;
      private final String next;

      Why(String what, String next) {
        this.what = what;
        this.next = next;
      }
    }

    @Override
    public String sentence() {
      return about(where, why.what + (said.isEmpty() ? "" : ": " + said), why.next);
    }

    private static Optional<DatabaseFailure> in(String said, String where) {
      if (said.contains("Tenant or user not found")) {
        return Optional.of(new SupabaseRefused(where, Why.NO_TENANT, said));
      }
      return said.contains("Max client connections reached") || said.contains("MaxClientsInSession")
          ? Optional.of(new SupabaseRefused(where, Why.POOL_FULL, said))
          : Optional.empty();
    }

    /** {@code db.PROJECT.supabase.co} has had no IPv4 address since 2024. */
    private static boolean isDirect(String where) {
      return where.matches("db\\.[a-z0-9]+\\.supabase\\.co(:.*|/.*)?");
    }
  }

  /** Wrong user, password or certificate, or pg_hba.conf has no line for us. */
  record AuthenticationRefused(String where, String user, String said) implements DatabaseFailure {
    @Override
    public String sentence() {
      return about(
          where,
          "user " + user + " refused: " + said,
          "check user and password of the database URL; was the password rotated?");
    }
  }

  /** The server is there, the database is not. */
  record NoSuchDatabase(String where, String said) implements DatabaseFailure {
    @Override
    public String sentence() {
      return about(where, said, "check the name at the end of the database URL");
    }
  }

  /** Logged in, and not allowed this. */
  record PermissionDenied(String where, String user, String said) implements DatabaseFailure {
    @Override
    public String sentence() {
      return about(
          where,
          "user " + user + " may not: " + said,
          "grant it, or use the role the schema was installed for");
    }
  }

  /** A schema, table, column or function we rely on is not there. */
  record SchemaMissing(String where, String said) implements DatabaseFailure {
    @Override
    public String sentence() {
      return about(where, said, "is this the right database, and is its schema migrated?");
    }
  }

  /** A migration did not apply; each is one transaction, so nothing of it was kept. */
  record NotMigrated(String where, String location, String said) implements DatabaseFailure {
    @Override
    public String sentence() {
      return about(
          where,
          location + " did not apply: " + said,
          "nothing of that migration was kept; mend what it names and start again");
    }
  }

  /** Anything else, in the server's own words. */
  record Other(String where, String sqlState, String said) implements DatabaseFailure {
    @Override
    public String sentence() {
      return about(where, said, "SQLSTATE " + sqlState + "; look in the server's log");
    }
  }

  /**
   * Names a failure.
   *
   * @param waited how long it took to fail
   */
  static DatabaseFailure of(SQLException failure, DatabaseUrl url, Duration waited) {
    if (failure instanceof DatabaseUnavailable known) {
      return known.failure();
    }
    String where = url.place();
    String state = failure.getSQLState() == null ? "none" : failure.getSQLState();
    String said = said(failure, url);
    Optional<DatabaseFailure> network =
        SupabaseRefused.in(said, where).or(() -> fromNetwork(failure, where, said, waited));
    if (network.isPresent()) {
      return network.get();
    }
    return switch (state) {
      case "28P01", "28000", "08004" -> new AuthenticationRefused(where, url.user(), said);
      case "3D000" -> new NoSuchDatabase(where, said);
      case "42501" -> new PermissionDenied(where, url.user(), said);
      case "3F000", "42P01", "42703", "42883" -> new SchemaMissing(where, said);
      case "57P01", "57P02", "57P03", "53300" -> new NotAccepting(where, said);
      case "57014", "55P03", "25P03", "25P04" -> new NoAnswer(where, waited);
      case "08P01" -> new NotPostgres(where, said);
      case "08000", "08001", "08003", "08006", "08S01" -> new Unreachable(where, said);
      default -> new Other(where, state, said);
    };
  }

  private static Optional<DatabaseFailure> fromNetwork(
      SQLException failure, String where, String said, Duration waited) {
    // The driver's own words for its loginTimeout; it gives them no cause.
    if (said.startsWith("Connection attempt timed out")) {
      return Optional.of(new NoAnswer(where, waited));
    }
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      switch (cause) {
        case SocketTimeoutException _ -> {
          return Optional.of(new NoAnswer(where, waited));
        }
        case UnknownHostException _ -> {
          return Optional.of(noWay(where, "no such host"));
        }
        case NoRouteToHostException _ -> {
          return Optional.of(noWay(where, "no route to the host"));
        }
        case ConnectException _ -> {
          return Optional.of(new Unreachable(where, "connection refused"));
        }
        case EOFException _ -> {
          return Optional.of(new Unreachable(where, "the connection was closed without a word"));
        }
        case SocketException lost -> {
          if (String.valueOf(lost.getMessage()).contains("Network is unreachable")) {
            return Optional.of(noWay(where, "the network is unreachable"));
          }
          return Optional.of(
              new Unreachable(where, "the connection broke: " + String.valueOf(lost.getMessage())));
        }
        default -> {}
      }
    }
    // A driver that stumbles over what it read says so with this state.
    return "99999".equals(failure.getSQLState())
        ? Optional.of(new NotPostgres(where, said))
        : Optional.empty();
  }

  private static DatabaseFailure noWay(String where, String said) {
    return SupabaseRefused.isDirect(where)
        ? new SupabaseRefused(where, SupabaseRefused.Why.IPV6_ONLY, said)
        : new Unreachable(where, said);
  }

  private static String about(String where, String what, String next) {
    return "database " + where + ": " + what + " (" + next + ")";
  }

  /** The first line, bounded, without severity and without our password. */
  private static String said(SQLException failure, DatabaseUrl url) {
    String message = String.valueOf(failure.getMessage());
    String line = message.lines().findFirst().orElse("no reason given").strip();
    String bare = line.replaceFirst("^(FATAL|ERROR|PANIC): ", "");
    String safe = url.withoutPassword(bare);
    return safe.length() > 300 ? safe.substring(0, 300) + "…" : safe;
  }
}
