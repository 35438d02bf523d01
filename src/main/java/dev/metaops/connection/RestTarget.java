package dev.metaops.connection;

import dev.metaops.config.OrdersDoor;
import dev.metaops.connection.RestRequest.Reply;
import dev.metaops.connection.Trail.Taken;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;

/**
 * The orders table through Supabase's REST door: one {@code GET} of at most one row. Its reply
 * counts for two hops, as only the status tells whether the key was taken.
 *
 * @param table schema and name
 */
public record RestTarget(OrdersDoor.Rest door, String table, Roots roots, Ticker ticker)
    implements Target {
  @Override
  public String subject() {
    return "orders database";
  }

  @Override
  public String place() {
    return door.place();
  }

  @Override
  public void walk(Trail trail) {
    Approach.connect(trail, door.url().getHost(), port(door.url()))
        .flatMap(socket -> encrypted(trail, socket))
        .flatMap(_ -> trail.hop(Hop.AUTHENTICATION, () -> accepted(trail)))
        .ifPresent(reply -> trail.hop(Hop.REQUEST, () -> read(reply)));
  }

  private static int port(URI url) {
    return url.getPort() >= 0 ? url.getPort() : isSecure(url) ? 443 : 80;
  }

  private static boolean isSecure(URI url) {
    return "https".equals(url.getScheme());
  }

  private Optional<Socket> encrypted(Trail trail, Socket socket) {
    return isSecure(door.url())
        ? trail.hop(
            Hop.TLS,
            () ->
                new Tls(roots, ticker).shake(socket, door.url().getHost(), Demand.ISSUER_AND_NAME))
        : Optional.of(socket);
  }

  private Taken<Reply> accepted(Trail trail) throws IOException {
    Reply reply = new RestRequest(door).firstRow(table, trail.deadline());
    return switch (reply.status()) {
      case 401, 403 ->
          Taken.blocked(
              "key refused, HTTP " + reply.status() + ": " + reply.said(),
              "check SUPABASE_KEY (the service role's, of this project); was it rotated?");
      default -> Taken.through(reply, "key accepted");
    };
  }

  private Taken<Boolean> read(Reply reply) {
    int status = reply.status();
    if (status == 404) {
      return Taken.blocked(
          "HTTP 404: " + reply.said(), "check orders.table, and that its schema is exposed");
    }
    if (status < 200 || status > 299) {
      return Taken.blocked(
          "HTTP " + status + ": " + reply.said(),
          status >= 500
              ? "is the project paused or restarting? look at its dashboard and status page"
              : "check SUPABASE_URL, and what is in between");
    }
    return switch (reply.rows()) {
      case NONE ->
          new Taken.Through<>(
              false,
              new Outcome.Warned(
                  table + " answers and shows no row",
                  "an empty table, or a key that may see no row (anon, row-level security)"));
      case SOME -> Taken.through(true, table + " can be read");
      case NOT_ROWS ->
          Taken.blocked(
              "the answer is not a list of rows", "check that SUPABASE_URL is the project's own");
    };
  }
}
