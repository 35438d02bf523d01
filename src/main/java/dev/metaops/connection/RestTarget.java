package dev.metaops.connection;

import dev.metaops.config.OrdersDoor;
import dev.metaops.connection.Trail.Taken;
import dev.metaops.postgrest.Postgrest;
import dev.metaops.postgrest.PostgrestFailure;
import dev.metaops.postgrest.PostgrestPlace;
import dev.metaops.postgrest.PostgrestUnavailable;
import dev.metaops.postgrest.Select;
import dev.metaops.postgrest.Visibility;
import dev.metaops.time.Ticker;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;

/**
 * The orders table through Supabase's REST door: one question for at most one row. Its answer
 * counts for two hops, as only it tells whether the key was taken. A key that may be shown less
 * than everything is never taken for one that sees all.
 *
 * @param table schema and name
 */
public record RestTarget(OrdersDoor.Rest door, String table, Roots roots, Ticker ticker)
    implements Target {
  private static final String OURS = "metaops config show";
  private static final String LOOK_CLOSER = "metaops health database";
  private static final String SET_KEY = "set SUPABASE_KEY to the service role's key";

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
        .ifPresent(shown -> trail.hop(Hop.REQUEST, () -> read(shown)));
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

  /** What the one request showed. */
  private sealed interface Shown {
    record Rows(Visibility visibility, int count) implements Shown {}

    record Failed(PostgrestFailure failure) implements Shown {}
  }

  private Taken<Shown> accepted(Trail trail) {
    int dot = table.indexOf('.');
    Postgrest rest;
    try {
      rest =
          new Postgrest(
              PostgrestPlace.of(door.url()),
              dot < 0 ? "public" : table.substring(0, dot),
              door.key(),
              ticker);
    } catch (IllegalArgumentException unusable) {
      return Taken.blocked(String.valueOf(unusable.getMessage()), OURS);
    }
    try {
      int rows =
          rest.select(Select.from(table.substring(dot + 1)).limit(1), trail.deadline())
              .rows()
              .size();
      return Taken.through(
          new Shown.Rows(rest.visibility(), rows), "key accepted, " + rest.key().shown());
    } catch (PostgrestUnavailable refused) {
      return failed(refused.failure());
    }
  }

  /** Whether the failure is the key's, the way's, or only of this question. */
  private static Taken<Shown> failed(PostgrestFailure failure) {
    return switch (failure) {
      case PostgrestFailure.KeyRefused _,
          PostgrestFailure.KeyExpired _,
          PostgrestFailure.KeyOfAnotherProject _ ->
          Taken.blocked(failure.sentence(), OURS);
      case PostgrestFailure.Unreachable _,
          PostgrestFailure.Tls _,
          PostgrestFailure.NoAnswer _,
          PostgrestFailure.Stopped _ ->
          Taken.blocked(failure.sentence(), LOOK_CLOSER);
      case PostgrestFailure.Forbidden _,
          PostgrestFailure.NoSuchTable _,
          PostgrestFailure.NoSuchColumn _,
          PostgrestFailure.SchemaNotExposed _,
          PostgrestFailure.StatementTimedOut _,
          PostgrestFailure.QuestionRefused _,
          PostgrestFailure.ReadOnly _ ->
          Taken.through(new Shown.Failed(failure), "key accepted");
      case PostgrestFailure.GatewayTimedOut _,
          PostgrestFailure.GatewayBroken _,
          PostgrestFailure.TooManyRequests _,
          PostgrestFailure.ProjectPaused _,
          PostgrestFailure.ProjectRestricted _,
          PostgrestFailure.DatabaseAway _,
          PostgrestFailure.PoolExhausted _,
          PostgrestFailure.Redirected _,
          PostgrestFailure.Garbage _,
          PostgrestFailure.TooLarge _,
          PostgrestFailure.Other _ ->
          Taken.through(new Shown.Failed(failure), "key neither taken nor refused");
    };
  }

  private Taken<Boolean> read(Shown shown) {
    return switch (shown) {
      case Shown.Failed(PostgrestFailure failure) -> Taken.blocked(failure.sentence(), LOOK_CLOSER);
      case Shown.Rows(Visibility visibility, int count) ->
          switch (visibility) {
            case Visibility.SeesAll _ ->
                count > 0
                    ? Taken.through(true, table + " can be read")
                    : new Taken.Through<>(
                        false,
                        new Outcome.Warned(
                            table + " answers and shows no row",
                            "an empty table: no order was placed yet, or orders.table names"
                                + " another one"));
            case Visibility.CannotTell(String why) ->
                count > 0
                    ? new Taken.Through<>(
                        true, new Outcome.Warned(table + " can be read, in part: " + why, SET_KEY))
                    : Taken.blocked("UNKNOWN: " + table + " shows no row, and " + why, SET_KEY);
          };
    };
  }
}
