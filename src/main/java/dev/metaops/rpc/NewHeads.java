package dev.metaops.rpc;

import dev.metaops.time.Ticker;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Hears of new blocks by WebSocket. Only a hint that asking is worth while: nothing it says is
 * believed, and silence proves nothing. Reconnects without limit, and notices a socket that is open
 * but dead. For processes that run for long; short commands poll.
 */
public final class NewHeads implements AutoCloseable {
  /**
   * How eager and how patient.
   *
   * @param connect how long a connection and its subscription may take
   * @param ping how long it may be silent before it is asked whether it lives
   * @param idle how long it may be silent, pings unanswered, before it counts as dead
   * @param firstPause the longest first pause before reconnecting; each further one doubles
   * @param longestPause the longest pause of all
   */
  public record Pace(
      Duration connect, Duration ping, Duration idle, Duration firstPause, Duration longestPause) {
    public static final Pace STEADY =
        new Pace(
            Duration.ofSeconds(10),
            Duration.ofSeconds(15),
            Duration.ofSeconds(45),
            Duration.ofSeconds(1),
            Duration.ofSeconds(60));

    private static final int MAX_DOUBLINGS = 20;

    /**
     * From half to the whole of the doubled limit.
     *
     * @param failed how many connections in a row came to nothing, from 1
     */
    Duration pause(int failed, RandomGenerator random) {
      Duration doubled = firstPause.multipliedBy(1L << Math.min(failed - 1, MAX_DOUBLINGS));
      Duration limit = doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
      long half = limit.toNanos() / 2;
      return Duration.ofNanos(half + random.nextLong(half + 1));
    }
  }

  /** How the connection stands. */
  public sealed interface State {
    /** The first attempt is under way. */
    record Starting() implements State {}

    /**
     * Subscribed.
     *
     * @param lastHeard when anything last came, a pong included
     */
    record Connected(Instant since, Instant lastHeard) implements State {}

    /** Not subscribed, and trying again. */
    record Disconnected(Instant since, RpcFailure why) implements State {}

    record Closed() implements State {}
  }

  private final Endpoint endpoint;
  private final Pace pace;
  private final Ticker ticker;
  private final RandomGenerator random;
  private final Runnable somethingNew;
  private final HttpClient client;
  private final Thread loop;
  private volatile State state = new State.Starting();
  private final AtomicLong reconnects = new AtomicLong();

  private NewHeads(
      Endpoint endpoint, Pace pace, Ticker ticker, RandomGenerator random, Runnable somethingNew) {
    this.endpoint = endpoint.requireScheme("ws", "wss");
    this.pace = pace;
    this.ticker = ticker;
    this.random = random;
    this.somethingNew = somethingNew;
    this.client = HttpClient.newBuilder().connectTimeout(pace.connect()).build();
    this.loop = Thread.ofVirtual().name("heads/" + endpoint.name()).unstarted(this::run);
  }

  /**
   * Starts listening in a thread of its own, until closed.
   *
   * @param endpoint with a ws or wss URL
   * @param somethingNew run after each connection, as blocks may have been missed, and after each
   *     message, save one that came with the end of its connection: the next connection tells. Must
   *     return at once and never throw. Never run by two threads at the same time.
   */
  public static NewHeads listen(
      Endpoint endpoint, Pace pace, Ticker ticker, RandomGenerator random, Runnable somethingNew) {
    NewHeads heads = new NewHeads(endpoint, pace, ticker, random, somethingNew);
    heads.loop.start();
    return heads;
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  public State state() {
    return state;
  }

  /** How often a connection was lost, or could not be made. */
  public long reconnects() {
    return reconnects.get();
  }

  /** Ends the connection and the thread. Idempotent. */
  @Override
  public void close() {
    loop.interrupt();
    client.shutdownNow();
    try {
      loop.join(pace.connect());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    int failed = 0;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        HeadsSocket socket = new HeadsSocket(endpoint, ticker, this::tell);
        RpcFailure why = follow(socket);
        failed = socket.hasHeardHeads() ? 1 : failed + 1;
        state = new State.Disconnected(ticker.now(), why);
        reconnects.incrementAndGet();
        ticker.rest(pace.pause(failed, random));
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } finally {
      state = new State.Closed();
    }
  }

  private RpcFailure follow(HeadsSocket socket) throws InterruptedException {
    try {
      Optional<RpcFailure> failure = socket.open(client, pace.connect());
      if (failure.isPresent()) {
        return failure.get();
      }
      Instant since = ticker.now();
      while (true) {
        state = new State.Connected(since, ticker.now().minus(socket.silence()));
        Optional<RpcFailure> end = socket.awaitEnd(pace.ping());
        if (end.isPresent()) {
          return end.get();
        }
        if (socket.silence().compareTo(pace.idle()) >= 0) {
          return new RpcFailure.NoAnswer(pace.idle());
        }
        if (socket.silence().compareTo(pace.ping()) >= 0) {
          socket.ping();
        }
      }
    } finally {
      socket.abort();
    }
  }

  /** A socket that was given up may still be in the middle of telling. */
  private synchronized void tell() {
    somethingNew.run();
  }
}
