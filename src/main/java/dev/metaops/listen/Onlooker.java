package dev.metaops.listen;

import dev.metaops.chain.BlockRef;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.NewHeads;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Ages;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Watches the chain live and writes nothing: tells each event as it comes, becomes final, or is
 * taken back. Comes back without limit, and reads on where it was: nothing is told twice, nothing
 * left out. {@link #run} on one thread, {@link #stop} from any.
 */
public final class Onlooker {
  /**
   * What it works with.
   *
   * @param hints a node's WebSocket that tells of new blocks; without one it polls
   * @param seen hears everything that happens, in order; on its thread
   * @param said hears one sentence each time what it is doing changes; on its thread
   */
  public record Parts(
      Watched watched,
      Provider provider,
      Optional<Endpoint> hints,
      Consumer<Sighting> seen,
      Consumer<String> said,
      Ticker ticker,
      RandomGenerator random) {}

  /**
   * How long things may take.
   *
   * @param back how many blocks before the head it begins
   * @param poll between two looks at the head without a hint
   * @param step how long the node may keep one step waiting
   * @param longestPause before a node that fails is asked again; begins with 1 s and doubles
   */
  public record Pace(long back, Duration poll, Duration step, Duration longestPause) {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final int MAX_DOUBLINGS = 10;

    Duration pause(int failed, RandomGenerator random) {
      Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(failed - 1, MAX_DOUBLINGS));
      Duration limit = doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
      long half = limit.toNanos() / 2;
      return Duration.ofNanos(half + random.nextLong(half + 1));
    }
  }

  /** Why it ended. */
  public sealed interface End {
    /** Its time was over or it was stopped, and it had read all there was. */
    record Done() implements End {}

    /** The same, while the chain could not be read. */
    record Blind(String why) implements End {}

    /** The node is of another chain. */
    record Refused(String why) implements End {}
  }

  private enum Hearing {
    NOTHING_YET,
    HINTS,
    NO_HINTS
  }

  private static final Duration MOMENT = Duration.ofMillis(50);

  /** A trouble that passes sooner is none, unless the node itself failed. */
  private static final Duration PASSES = Duration.ofSeconds(3);

  private final Parts parts;
  private final Pace pace;
  private final Rest rest;
  private final Tail tail;
  private Optional<Long> chainId;
  private Optional<String> trouble = Optional.of("the chain was not read yet");
  private long troubleSince;
  private int failed;
  private boolean isChainChecked;
  private boolean isToldOf;
  private Hearing hearing = Hearing.NOTHING_YET;

  public Onlooker(Parts parts, Pace pace) {
    this.parts = parts;
    this.pace = pace;
    this.rest = new Rest(parts.ticker());
    this.tail = new Tail(parts.watched(), parts.provider(), pace.back());
    this.chainId = parts.watched().expectedChainId();
    this.troubleSince = parts.ticker().nanos();
  }

  /** Watches until stopped, or for this long. Call once. */
  public End run(Optional<Duration> most) {
    Optional<Deadline> end = most.map(duration -> Deadline.in(duration, parts.ticker()));
    Optional<NewHeads> heads =
        parts
            .hints()
            .map(endpoint ->
                NewHeads.listen(
                    endpoint, NewHeads.Pace.STEADY, parts.ticker(), parts.random(), rest::hint));
    try {
      while (!rest.isStopping() && !end.map(Deadline::hasPassed).orElse(false)) {
        heads.ifPresent(this::tellConnection);
        Duration pause = turn();
        Duration left = end.map(last -> shorter(pause, last.remaining())).orElse(pause);
        Woken _ = failed == 0 ? rest.upTo(left) : rest.outLast(left);
      }
      return trouble.<End>map(End.Blind::new).orElseGet(End.Done::new);
    } catch (WrongChain wrong) {
      return new End.Refused(String.valueOf(wrong.getMessage()));
    } finally {
      heads.ifPresent(NewHeads::close);
    }
  }

  /** Ends {@link #run} soon: no later than the node's answer. Idempotent. */
  public void stop() {
    rest.stop();
  }

  /** One step, and how long to rest after it. */
  private Duration turn() {
    try {
      requireChain();
      Optional<BlockRef> from = tail.tip();
      return switch (tail.step(deadline())) {
        case Tail.Looked.Seen(var sightings, BlockRef tip, Tail.Head head) -> {
          wellAgain(from, tip);
          sightings.forEach(parts.seen());
          yield head == Tail.Head.REACHED ? pace.poll() : Duration.ZERO;
        }
        case Tail.Looked.Held(String why) -> {
          ill(why);
          yield MOMENT.compareTo(pace.poll()) < 0 ? MOMENT : pace.poll();
        }
      };
    } catch (RpcUnavailable unavailable) {
      failed++;
      isChainChecked = false;
      ill(unavailable.endpoint() + ": " + unavailable.failure().sentence());
      return pace.pause(failed, parts.random());
    }
  }

  /** Asked again after each failure: another node may have taken its place. */
  private void requireChain() {
    if (isChainChecked) {
      return;
    }
    long got = parts.provider().chainId(deadline());
    if (chainId.isPresent() && chainId.get() != got) {
      throw new WrongChain(
          parts.provider().endpoint()
              + ": "
              + new RpcFailure.WrongChain(chainId.get(), got).sentence());
    }
    chainId = Optional.of(got);
    isChainChecked = true;
  }

  private void ill(String why) {
    if (trouble.isEmpty()) {
      troubleSince = parts.ticker().nanos();
    }
    trouble = Optional.of(why);
    if (!isToldOf && (failed > 0 || troubled().compareTo(PASSES) > 0)) {
      isToldOf = true;
      parts.said().accept("cannot read, tries again without limit: " + why);
    }
  }

  private Duration troubled() {
    return Duration.ofNanos(parts.ticker().nanos() - troubleSince);
  }

  private void wellAgain(Optional<BlockRef> from, BlockRef tip) {
    if (isToldOf) {
      parts
          .said()
          .accept(
              "reads again after "
                  + Ages.of(troubled())
                  + from.map(block -> "; re-reads the gap after block " + block.number()).orElse("")
                  + ", now at block "
                  + tip.number());
    }
    trouble = Optional.empty();
    isToldOf = false;
    failed = 0;
  }

  private void tellConnection(NewHeads heads) {
    switch (heads.state()) {
      case NewHeads.State.Connected _ ->
          hear(Hearing.HINTS, "hears of new blocks from " + heads.endpoint());
      case NewHeads.State.Disconnected(_, RpcFailure why) ->
          hear(
              Hearing.NO_HINTS,
              "hears no hints of new blocks and polls until they are back: "
                  + heads.endpoint()
                  + ": "
                  + why.sentence());
      case NewHeads.State.Starting _, NewHeads.State.Closed _ -> {}
    }
  }

  private void hear(Hearing now, String sentence) {
    if (hearing != now) {
      hearing = now;
      parts.said().accept(sentence);
    }
  }

  private Deadline deadline() {
    return Deadline.in(pace.step(), parts.ticker());
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  private static final class WrongChain extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongChain(String why) {
      super(why);
    }
  }
}
