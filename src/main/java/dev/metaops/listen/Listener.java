package dev.metaops.listen;

import dev.metaops.chain.Header;
import dev.metaops.ledger.Lease;
import dev.metaops.ledger.Ledger;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.LieStore;
import dev.metaops.ledger.Stream;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.Heard;
import dev.metaops.rpc.Lie;
import dev.metaops.rpc.NewHeads;
import dev.metaops.rpc.PastLie;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.Purpose;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.rpc.Scorecard;
import dev.metaops.rpc.Standing;
import dev.metaops.rpc.Told;
import dev.metaops.store.Database;
import dev.metaops.store.DatabaseUnavailable;
import dev.metaops.telemetry.Said;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Follows one chain into one orders database until it is stopped: takes the stream's lease, steps a
 * {@link Follower}, rests, begins again after whatever fails. {@link #run} on one thread, {@link
 * #stop} from any.
 */
public final class Listener {
  private static final String WRONG_CHAIN = "MO002";

  /** A trouble that passes sooner is none. */
  private static final Duration PASSES = Duration.ofSeconds(3);

  /** As long as the longest quarantine. */
  private static final Duration REMEMBERED = Duration.ofDays(1);

  private static final int MOST_REMEMBERED = 1_000;

  /** After a step that found the chain moving under it. */
  private static final Duration MOMENT = Duration.ofMillis(50);

  /**
   * What it works with.
   *
   * @param gate asked before each step
   * @param hints a node's WebSocket that tells of new blocks, when there is one
   * @param said hears one sentence each time what it is doing changes; called on its thread
   */
  public record Parts(
      Watched watched,
      Database orders,
      Providers providers,
      Gate gate,
      Optional<Endpoint> hints,
      EventLog events,
      Waypoint.Observer observer,
      Said said,
      Ticker ticker,
      RandomGenerator random) {}

  /**
   * How long things may take.
   *
   * @param poll between two looks at the head without a hint
   * @param lease how long the lease lasts without a sign of life. A step during which the node and
   *     the database are waited for has to fit in: else replicas in front of a node that hangs take
   *     the lease from one another, and none of them holds it long enough to report the trouble
   * @param step how long the node and the database may each keep one step waiting
   * @param firstPause the longest first pause before the database is tried again; doubles
   * @param longestPause the longest pause of all
   */
  public record Pace(
      Duration poll, Duration lease, Duration step, Duration firstPause, Duration longestPause) {
    private static final int MAX_DOUBLINGS = 20;

    /** As a process that runs for long should. */
    public static Pace steady(Duration poll) {
      return new Pace(
          poll,
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          Duration.ofSeconds(60));
    }

    /**
     * From half to the whole of the doubled limit.
     *
     * @param failed how many attempts in a row came to nothing, from 1
     */
    Duration pause(int failed, RandomGenerator random) {
      Duration doubled = firstPause.multipliedBy(1L << Math.min(failed - 1, MAX_DOUBLINGS));
      Duration limit = doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
      long half = limit.toNanos() / 2;
      return Duration.ofNanos(half + random.nextLong(half + 1));
    }
  }

  /** Why it ended. */
  public sealed interface End {
    record Stopped() implements End {}

    /** It would write what is not true, or nothing ever. */
    record Refused(String why) implements End {}
  }

  private final Parts parts;
  private final Pace pace;
  private final Holder holder;
  private final Rest rest;
  private volatile @Nullable Thread running;
  private String doing = "";
  private boolean hasRecalled;
  private Optional<String> finalityWaits = Optional.empty();
  private int failed;

  /** Whether the node ever said, to this listener, that it is of the right chain. */
  private boolean chainSeen;

  public Listener(Parts parts, Pace pace) {
    this.parts = parts;
    this.pace = pace;
    this.holder = Holder.here(parts.random());
    this.rest = new Rest(parts.ticker());
  }

  /** How it signs the lease. */
  public String holder() {
    return holder.text();
  }

  /** The node of this name, with the budget that following keeps to. */
  public Optional<Provider> node(String place) {
    return parts.providers().all().stream()
        .filter(provider -> provider.endpoint().name().equals(place))
        .findFirst();
  }

  /** What is known about each node since it began. */
  public List<Scorecard> scorecards() {
    return parts.providers().scorecards();
  }

  /** Follows until {@link #stop}, or until following on would be wrong. Call once. */
  public End run() {
    Optional<NewHeads> heads =
        parts
            .hints()
            .map(endpoint ->
                NewHeads.listen(
                    endpoint, NewHeads.Pace.STEADY, parts.ticker(), parts.random(), rest::hint));
    try {
      running = Thread.currentThread();
      while (!rest.isStopping()) {
        Optional<End> end = session();
        if (end.isPresent()) {
          return end.get();
        }
      }
      return new End.Stopped();
    } finally {
      running = null;
      heads.ifPresent(NewHeads::close);
    }
  }

  /** Ends {@link #run} soon: waits for no node, and for the database at most. Idempotent. */
  public void stop() {
    rest.stop();
    Thread thread = running;
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** One connection's life. */
  private Optional<End> session() {
    try (LedgerStore ledger = LedgerStore.open(parts.orders(), deadline())) {
      recall(ledger);
      parts.gate().opened();
      while (!rest.isStopping()) {
        ledger.waitUntil(deadline());
        Optional<Long> chain = chain(ledger);
        Optional<Lease> lease = chain.isPresent() ? lease(ledger, chain.get()) : Optional.empty();
        failed = 0;
        if (lease.isPresent()) {
          follow(ledger, lease.get());
        } else {
          rest.outLast(shorter(pace.poll(), Duration.ofSeconds(1)));
        }
      }
      return Optional.empty();
    } catch (RefusedChain refused) {
      return Optional.of(new End.Refused(String.valueOf(refused.getMessage())));
    } catch (RuntimeException defect) {
      // A node's odd answer must not end following for good.
      if (!rest.isStopping()) {
        failed++;
        sayDefect(defect);
        rest.outLast(pace.pause(failed, parts.random()));
      }
      return Optional.empty();
    } catch (SQLException failure) {
      if (WRONG_CHAIN.equals(failure.getSQLState())) {
        return Optional.of(new End.Refused(sentence(failure)));
      }
      if (!rest.isStopping()) {
        failed++;
        say("database " + failure.getSQLState(), "cannot write: " + sentence(failure));
        rest.outLast(pace.pause(failed, parts.random()));
      }
      return Optional.empty();
    }
  }

  /** Once, before a node is asked: a restart forgets nobody's lies. */
  private void recall(LedgerStore ledger) {
    if (hasRecalled) {
      return;
    }
    hasRecalled = true;
    try {
      ledger.waitUntil(deadline());
      List<PastLie> past = new ArrayList<>();
      for (LieStore.Told told : ledger.lies().told(REMEMBERED, MOST_REMEMBERED)) {
        kind(told.kind())
            .ifPresent(kind -> past.add(new PastLie(told.provider(), kind, told.ago())));
      }
      parts.providers().remember(past);
      for (Scorecard card : parts.providers().scorecards()) {
        if (card.standing() instanceof Standing.Quarantined) {
          parts.said().accept(card.place() + " is still " + card.standing().sentence());
        }
      }
    } catch (SQLException unread) {
      parts.said().accept("what nodes said before is not known: " + sentence(unread));
    }
  }

  /** Empty for one of another version of metaops. */
  private static Optional<Lie.Kind> kind(String word) {
    return Arrays.stream(Lie.Kind.values()).filter(kind -> kind.name().equals(word)).findFirst();
  }

  /** The chain this ledger is pinned to, its stream open; empty while the node does not answer. */
  private Optional<Long> chain(LedgerStore ledger) throws SQLException {
    Optional<Stream> stream = ledger.stream();
    try {
      Told<Long> told =
          chainId(stream.map(Stream::chainId).or(parts.watched()::expectedChainId), deadline());
      long answered = told.value();
      requireChain(told, stream);
      chainSeen = true;
      parts.providers().expectChain(answered);
      Optional<Header> start =
          stream.isPresent()
              ? Optional.of(parts.providers().head(Purpose.FOLLOW, deadline()).value().latest())
              : StartBlock.of(
                  parts.watched(), ledger, told.by(), deadline(pace.step().multipliedBy(6)));
      if (start.isEmpty()) {
        say(
            "not there",
            "the chain has no block "
                + parts.watched().fromBlock()
                + " yet, where escrow.from-block says to begin");
        return Optional.empty();
      }
      ledger.waitUntil(deadline());
      ledger.openStream(answered, start.get(), parts.watched().settleOn());
      if (stream.isEmpty()) {
        say("opened", "begins to follow chain " + answered + " after block " + start.get().ref());
      }
      return Optional.of(answered);
    } catch (RpcUnavailable unavailable) {
      // Whoever held the lease last may say so; without a stream there is nowhere to.
      if (!(unavailable.failure() instanceof RpcFailure.Stopped)) {
        say(unavailable);
      }
      return stream.map(Stream::chainId);
    }
  }

  /** The wanted chain, if any node belongs to it; else the first that answers. */
  private Told<Long> chainId(Optional<Long> wanted, Deadline deadline) {
    Optional<Told<Long>> first = Optional.empty();
    Optional<RpcUnavailable> failure = Optional.empty();
    for (Heard<Long> heard :
        parts
            .providers()
            .askAll(Purpose.FOLLOW, (provider, within) -> provider.chainId(within), deadline)) {
      switch (heard) {
        case Heard.Said<Long>(Provider by, Long id) -> {
          if (first.isEmpty() || wanted.equals(Optional.of(id))) {
            first = Optional.of(new Told<>(id, by));
          }
        }
        case Heard.Silent<Long>(Provider by, RpcFailure why) ->
            failure = failure.or(() -> Optional.of(new RpcUnavailable(by.endpoint(), why)));
      }
    }
    if (first.isPresent()) {
      return first.get();
    }
    RpcUnavailable none = failure.orElseThrow();
    if (none.failure() instanceof RpcFailure.Quarantined) {
      // Where all were caught lying the least guilty is asked all the same.
      return parts.providers().ask(Purpose.FOLLOW, Provider::chainId, deadline);
    }
    throw none;
  }

  /** Another node may answer there after an outage. */
  private void sameChain(long pinned, Deadline deadline) {
    Told<Long> told = chainId(Optional.of(pinned), deadline);
    if (told.value() != pinned && chainSeen) {
      throw new RpcUnavailable(
          told.by().endpoint(), new RpcFailure.WrongChain(pinned, told.value()));
    }
    if (told.value() != pinned) {
      throw new RefusedChain(otherChain(told, pinned));
    }
    chainSeen = true;
    parts.providers().expectChain(pinned);
  }

  private void requireChain(Told<Long> told, Optional<Stream> stream) {
    Optional<Long> expected = parts.watched().expectedChainId();
    if (expected.isPresent() && !expected.get().equals(told.value())) {
      throw new RefusedChain(
          told.by().endpoint()
              + " is of chain "
              + told.value()
              + " (expected: "
              + expected.get()
              + ", as chain.expected-chain-id says)");
    }
    if (stream.isPresent() && stream.get().chainId() != told.value()) {
      throw new RefusedChain(otherChain(told, stream.get().chainId()));
    }
  }

  private static String otherChain(Told<Long> told, long pinned) {
    return told.by().endpoint()
        + " is of chain "
        + told.value()
        + ", and this orders database follows chain "
        + pinned
        + " (one of RPC_URL and DATABASE_URL is of another environment)";
  }

  private Optional<Lease> lease(LedgerStore ledger, long chain) throws SQLException {
    Optional<Stream> stream = ledger.stream();
    Optional<String> before = stream.flatMap(Stream::leaseHolder);
    Optional<Lease> lease =
        ledger.takeLease(
            chain, holder.text(), stream.flatMap(HolderSight::ofWhomNothingComes), pace.lease());
    if (lease.isPresent()) {
      parts.observer().passed(Waypoint.LEASE_TAKEN);
    } else {
      say(
          "waiting",
          "waits: "
              + before.orElse("another process")
              + " follows chain "
              + chain
              + " and holds its lease");
    }
    return lease;
  }

  /** Steps until the lease is lost or it is to stop. */
  private void follow(LedgerStore ledger, Lease lease) throws SQLException {
    Proving proving =
        Proving.of(
            lease.chainId(),
            parts.providers(),
            parts.watched().assurance(),
            ledger,
            parts.ticker());
    Follower follower =
        new Follower(
            parts.watched(),
            parts.providers(),
            proving,
            ledger,
            lease,
            parts.events(),
            Beside.onItsOwn(this::deadline),
            parts.observer());
    GapLoop gaps =
        new GapLoop(
            parts.watched(),
            ledger,
            lease.chainId(),
            new Resync(parts.watched(), parts.providers(), proving, ledger, lease.chainId()),
            parts.said(),
            parts.ticker());
    Deadline troubled = deadline(PASSES);
    boolean chainSure = chainSeen;
    try {
      while (!rest.isStopping()) {
        ledger.waitUntil(deadline(pace.step().multipliedBy(2)));
        Optional<String> trouble = Optional.empty();
        Optional<String> shut = parts.gate().shutBecause();
        if (shut.isPresent()) {
          say("shut", "moves nothing: " + shut.get());
          if (reportAndRest(ledger, lease, shut) == Ledger.Reported.FENCED) {
            return;
          }
          continue;
        }
        try {
          Deadline deadline = deadline();
          if (!chainSure) {
            sameChain(lease.chainId(), deadline);
            chainSure = true;
          }
          Followed followed = follower.step(deadline);
          tell(follower.finalityWaits());
          switch (followed) {
            case Followed.Advanced _ -> {
              troubled = deadline(PASSES);
              say("behind", "follows chain " + lease.chainId() + ", catching up");
              continue;
            }
            case Followed.AtHead _ -> {
              troubled = deadline(PASSES);
              say("at head", "follows chain " + lease.chainId() + ", at its head");
              if (gaps.prove(deadline()) == GapLoop.Left.SOME) {
                continue;
              }
              rest.upTo(pace.poll());
              continue;
            }
            case Followed.Held(String why) -> {
              if (!troubled.hasPassed()) {
                rest.outLast(MOMENT);
                continue;
              }
              say("held", "moves nothing: " + why);
              trouble = Optional.of(why);
            }
            case Followed.PastSettled(String why) -> {
              say("past settled", "STOPPED MOVING ROWS: " + why);
              trouble = Optional.of(why);
            }
            case Followed.LeaseLost(String why) -> {
              say("lost", "gives way: " + why);
              return;
            }
          }
        } catch (RpcUnavailable unavailable) {
          if (rest.isStopping()) {
            return;
          }
          chainSure = false;
          say(unavailable);
          trouble = Optional.of(String.valueOf(unavailable.getMessage()));
        }
        if (reportAndRest(ledger, lease, trouble) == Ledger.Reported.FENCED) {
          return;
        }
      }
    } finally {
      giveUp(ledger, lease);
    }
  }

  /** Keeps the lease alive while nothing is written, and says why to whoever reads the stream. */
  private Ledger.Reported reportAndRest(LedgerStore ledger, Lease lease, Optional<String> trouble)
      throws SQLException {
    ledger.waitUntil(deadline());
    Ledger.Reported reported = ledger.report(lease, Optional.empty(), trouble);
    switch (reported) {
      case FENCED -> say("lost", "gives way: another process took the lease");
      case HEARD -> rest.outLast(shorter(pace.poll(), Duration.ofSeconds(2)));
    }
    return reported;
  }

  /** Only when stopping: in any other case the lease is taken again, or not ours any more. */
  private void giveUp(LedgerStore ledger, Lease lease) {
    if (rest.isStopping()) {
      try {
        ledger.waitUntil(deadline(Duration.ofSeconds(1)));
        ledger.giveUp(lease);
        say("stopped", "stops following chain " + lease.chainId() + " and gives up its lease");
      } catch (SQLException failure) {
        say("stopped", "stops; its lease runs out by itself: " + sentence(failure));
      }
    }
  }

  private void say(RpcUnavailable unavailable) {
    say(
        "node " + unavailable.failure().getClass().getSimpleName(),
        "cannot read the chain: " + unavailable.getMessage());
  }

  /** Says once why nothing becomes final, and once that it goes on. */
  private void tell(Optional<String> waits) {
    if (!waits.equals(finalityWaits)) {
      finalityWaits = waits;
      parts.said().accept(waits.map(why -> "finality waits: " + why).orElse("finality goes on"));
    }
  }

  /** Says it once, until something else was said. */
  private void say(String kind, String sentence) {
    if (!kind.equals(doing)) {
      doing = kind;
      parts.said().accept(sentence);
    }
  }

  private void sayDefect(RuntimeException defect) {
    String kind = "defect " + defect.getClass().getName();
    if (!kind.equals(doing)) {
      doing = kind;
      parts.said().defect("begins again after " + whereabouts(defect), defect);
    }
  }

  private static String sentence(SQLException failure) {
    return failure instanceof DatabaseUnavailable known
        ? known.failure().sentence()
        : String.valueOf(failure.getMessage()).lines().findFirst().orElse("no message")
            + " (SQLSTATE "
            + failure.getSQLState()
            + ")";
  }

  private static String whereabouts(RuntimeException defect) {
    StackTraceElement[] trace = defect.getStackTrace();
    return defect + (trace.length == 0 ? "" : " at " + trace[0]);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private Deadline deadline() {
    return deadline(pace.step());
  }

  private Deadline deadline(Duration duration) {
    return Deadline.in(duration, parts.ticker());
  }

  /** The node or the ledger is of another chain than the other. */
  private static final class RefusedChain extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedChain(String why) {
      super(why, null, false, false);
    }
  }
}
