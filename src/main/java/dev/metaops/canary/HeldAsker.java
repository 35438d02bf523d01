package dev.metaops.canary;

import dev.metaops.config.FrontendSection.Watched;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/**
 * Holds a WebSocket open. Each question is a ping, answered with what was said last; a connection
 * that is gone is told once, and opened anew with the question after it, without limit.
 */
final class HeldAsker implements Asker {
  /** A connection is not given up sooner for the sake of another order. */
  static final Duration LEAST_HELD = Duration.ofMinutes(5);

  static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
  private static final int MOST_DOUBLINGS = 6;

  private final Watched watched;
  private final Ticker ticker;
  private final RandomGenerator random;
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile Optional<Held> held = Optional.empty();

  private record Held(HeldLine line, WebSocket socket, Optional<String> order) {}

  HeldAsker(Watched watched, Ticker ticker, RandomGenerator random) {
    this.watched = watched;
    this.ticker = ticker;
    this.random = random;
  }

  @Override
  public Reply ask(Optional<String> order, Deadline deadline) throws InterruptedException {
    Duration within = Asker.within(watched, deadline);
    Optional<Held> open = held;
    if (open.isPresent() && watched.namesAnOrder() && !open.get().order().equals(order)) {
      open.get().line().leave(open.get().socket());
      open = Optional.empty();
    }
    Reply reply = open.isPresent() ? asked(open.get(), within) : opened(order, within);
    if (!isHeldOn(reply)) {
      held.ifPresent(line -> line.line().leave(line.socket()));
      held = Optional.empty();
    }
    return reply;
  }

  private static boolean isHeldOn(Reply reply) {
    return reply instanceof Reply.Answered
        || reply instanceof Reply.NotJson
        || reply instanceof Reply.CutShort;
  }

  private Reply asked(Held open, Duration within) throws InterruptedException {
    HeldLine line = open.line();
    long begun = ticker.nanos();
    try {
      if (!line.end().isDone()) {
        CompletableFuture.anyOf(line.ping(open.socket()), line.end())
            .get(within.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (TimeoutException silent) {
      if (within.compareTo(watched.pace().timeout()) < 0) {
        return Asker.silent(watched, within);
      }
      line.silent(open.socket());
    } catch (ExecutionException broken) {
      return Failures.of(watched, broken.getCause(), within);
    }
    return line.end().isDone()
        ? dropped(line.end().resultNow())
        : line.said(Duration.ofNanos(ticker.nanos() - begun));
  }

  private static Reply dropped(Drop drop) {
    return new Reply.Dropped(drop.code(), drop.after());
  }

  private Reply opened(Optional<String> order, Duration within) throws InterruptedException {
    long begun = ticker.nanos();
    Address address = Address.of(watched, order);
    HeldLine line = new HeldLine(watched.stateAt(), ticker);
    WebSocket.Builder builder = client.newWebSocketBuilder().connectTimeout(within);
    address.authorization().ifPresent(proof -> builder.header("Authorization", proof.reveal()));
    CompletableFuture<WebSocket> opening = builder.buildAsync(address.url(), line);
    try {
      WebSocket socket = opening.get(within.toMillis(), TimeUnit.MILLISECONDS);
      held = Optional.of(new Held(line, socket, order));
      Optional<String> greeting = Address.sent(watched, order);
      if (greeting.isPresent()) {
        socket.sendText(greeting.get(), true).get(within.toMillis(), TimeUnit.MILLISECONDS);
      }
      Duration untilOpen = Duration.ofNanos(ticker.nanos() - begun);
      if (watched.stateAt().isPresent()) {
        awaitWord(line, within);
      }
      Duration untilWord = Duration.ofNanos(ticker.nanos() - begun);
      return line.end().isDone()
          ? dropped(line.end().resultNow())
          : line.said(line.told().isDone() ? untilWord : untilOpen);
    } catch (TimeoutException silent) {
      var _ = opening.thenAccept(line::leave);
      return Asker.silent(watched, within);
    } catch (ExecutionException broken) {
      return Failures.of(watched, broken.getCause(), within);
    }
  }

  /** Whoever says nothing in that time may have nothing to say yet. */
  private static void awaitWord(HeldLine line, Duration within)
      throws InterruptedException, ExecutionException {
    try {
      CompletableFuture.anyOf(line.told(), line.end())
          .get(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException nothing) {
      // What it says then is told by what it said.
    }
  }

  @Override
  public boolean mayTurn() {
    return held.filter(open -> !open.line().end().isDone())
        .filter(open -> open.line().held().compareTo(LEAST_HELD) < 0)
        .isEmpty();
  }

  @Override
  public void rest(int failed) throws InterruptedException {
    Optional<Held> open = held.filter(line -> !line.line().end().isDone());
    if (open.isEmpty()) {
      ticker.rest(failed == 0 ? watched.pace().every() : pause(failed, random));
      return;
    }
    try {
      open.get().line().end().get(watched.pace().every().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException stillOpen) {
      // The next ping is due.
    } catch (ExecutionException broken) {
      throw new IllegalStateException("holding " + watched.name(), broken.getCause());
    }
  }

  /** From half to the whole of a second, doubled with each failure, to a minute. */
  static Duration pause(int failed, RandomGenerator random) {
    Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.clamp(failed - 1L, 0, MOST_DOUBLINGS));
    long most = (doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE).toMillis();
    return Duration.ofMillis(most / 2 + random.nextLong(most / 2 + 1));
  }

  @Override
  public void close() {
    held.ifPresent(open -> open.line().leave(open.socket()));
    client.shutdownNow();
  }
}
