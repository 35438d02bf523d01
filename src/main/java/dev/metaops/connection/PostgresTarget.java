package dev.metaops.connection;

import dev.metaops.config.DatabaseUrl;
import dev.metaops.connection.Trail.Taken;
import dev.metaops.store.Database;
import dev.metaops.store.DatabaseFailure;
import dev.metaops.store.DatabaseUnavailable;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/**
 * A PostgreSQL database: TLS as its URL asks, then a session, then {@code SELECT 1} and, where
 * there is one, whether the table can be read. In a read-only transaction.
 *
 * @param table schema and name; empty when the session alone is what matters
 */
public record PostgresTarget(String subject, DatabaseUrl url, Optional<String> table, Ticker ticker)
    implements Target {
  /** Of the frontend/backend protocol: length 8, code 80877103. */
  private static final byte[] SSL_REQUEST = {0, 0, 0, 8, 4, (byte) 0xd2, 22, 47};

  private static final String NOT_POSTGRES = "what answers there does not speak PostgreSQL";

  @Override
  public String place() {
    return url.place();
  }

  @Override
  public void walk(Trail trail) {
    Approach.connect(trail, url.host(), url.port())
        .flatMap(socket -> encrypted(trail, socket))
        .flatMap(_ -> trail.hop(Hop.AUTHENTICATION, () -> session(trail)))
        .ifPresent(connection -> trail.hop(Hop.REQUEST, () -> request(trail, connection)));
  }

  private String mode() {
    return url.properties().getProperty("sslmode", "prefer");
  }

  private Optional<Socket> encrypted(Trail trail, Socket socket) {
    return switch (mode()) {
      case "disable", "allow" -> Optional.of(socket);
      case "verify-full" -> trail.hop(Hop.TLS, () -> tls(socket, Demand.ISSUER_AND_NAME));
      case "verify-ca" -> trail.hop(Hop.TLS, () -> tls(socket, Demand.ISSUER));
      case String _ -> trail.hop(Hop.TLS, () -> tls(socket, Demand.NOTHING));
    };
  }

  /** On this connection; the driver opens its own and does the same. */
  private Taken<Socket> tls(Socket socket, Demand demand) throws IOException {
    socket.getOutputStream().write(SSL_REQUEST);
    int answer = socket.getInputStream().read();
    return switch (answer) {
      case 'S' -> new Tls(roots(demand), ticker).shake(socket, url.host(), demand);
      case 'N' ->
          mode().equals("prefer")
              ? Taken.through(socket, "it offers none, goes on unencrypted (sslmode=prefer)")
              : Taken.blocked(
                  "it offers no TLS and sslmode=" + mode() + " asks for it",
                  "turn ssl on in the server, or check that the port is the database's own");
      case -1 -> throw new EOFException();
      default -> Taken.blocked(NOT_POSTGRES, "is the port right, or is a proxy in between?");
    };
  }

  /** As the driver: no file means the one libpq looks for. */
  private Roots roots(Demand demand) {
    if (demand == Demand.NOTHING) {
      return new Roots.OfJava();
    }
    Properties properties = url.properties();
    return new Roots.OfFile(
        Optional.ofNullable(properties.getProperty("sslrootcert"))
            .map(Path::of)
            .orElseGet(
                () -> Path.of(System.getProperty("user.home", "."), ".postgresql", "root.crt")));
  }

  private Taken<Connection> session(Trail trail) throws IOException {
    try {
      Connection connection = database().connect(trail.deadline());
      trail.closing(() -> close(connection));
      return Taken.through(connection, "user " + url.user() + " accepted");
    } catch (DatabaseUnavailable unavailable) {
      return blocked(unavailable.failure());
    }
  }

  private Taken<Boolean> request(Trail trail, Connection connection) {
    long start = ticker.nanos();
    Deadline deadline = trail.deadline();
    try {
      boolean any =
          database().transaction(connection, deadline, open -> new TableStore(open).anyRow(table));
      return table.isPresent() && !any
          ? new Taken.Through<>(
              false,
              new Outcome.Warned(
                  "SELECT 1 answered; " + table.get() + " can be read and shows no row",
                  "is it the right table? row-level security also hides every row"))
          : Taken.through(
              true,
              table
                  .map(name -> "SELECT 1 answered, " + name + " can be read")
                  .orElse("SELECT 1 answered"));
    } catch (SQLException failed) {
      return blocked(DatabaseFailure.of(failed, url, since(start)));
    }
  }

  private Database database() {
    return new Database(url, "metaops connections test", ticker);
  }

  private Duration since(long nanos) {
    return Duration.ofNanos(ticker.nanos() - nanos);
  }

  private <T> Taken<T> blocked(DatabaseFailure failure) {
    String sentence = failure.sentence();
    String prefix = "database " + failure.where() + ": ";
    String next =
        switch (failure) {
          case DatabaseFailure.AuthenticationRefused _, DatabaseFailure.NoSuchDatabase _ ->
              "metaops config show";
          case DatabaseFailure.Unreachable _,
              DatabaseFailure.NoAnswer _,
              DatabaseFailure.NotPostgres _,
              DatabaseFailure.NotAccepting _,
              DatabaseFailure.PoolExhausted _,
              DatabaseFailure.SupabaseRefused _,
              DatabaseFailure.PermissionDenied _,
              DatabaseFailure.SchemaMissing _,
              DatabaseFailure.NotMigrated _,
              DatabaseFailure.Other _ ->
              "metaops health database";
        };
    return Taken.blocked(
        sentence.startsWith(prefix) ? sentence.substring(prefix.length()) : sentence, next);
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException gone) {
      // It was only read from.
    }
  }
}
