package dev.metaops.rpc;

import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One node as {@link Providers} knows it: what it did so far and how it stands. Thread-safe. */
final class Node {
  private static final Duration FIRST_QUARANTINE = Duration.ofMinutes(10);
  private static final Duration LONGEST_QUARANTINE = Duration.ofDays(1);

  /** Failures in a row that make others be asked first. */
  private static final int FAILING_AT = 3;

  private static final Duration FIRST_REST = Duration.ofSeconds(5);
  private static final Duration LONGEST_REST = Duration.ofMinutes(5);

  /** What only a person mends is not tried at once again. */
  private static final Duration REST_FOR_PERSONS = Duration.ofMinutes(1);

  /** Others are preferred as long; then it is tried again. */
  private static final Duration TROUBLE_REMEMBERED = Duration.ofMinutes(1);

  private static final Duration REST_FOR_QUOTA = Duration.ofSeconds(1);
  private static final Duration FIRST_LAG = Duration.ofSeconds(15);
  private static final Duration WRONG_CHAIN_ASKED_AGAIN = Duration.ofSeconds(3);

  private final Provider provider;
  private final Consumer<Noticed> listener;
  private final Ticker ticker;
  private final Latencies latencies = new Latencies();
  private final Map<String, Long> failed = new TreeMap<>();
  private long asked;
  private long hedged;
  private long lies;
  private int failuresInARow;
  private int overtakenInARow;
  private long troubled;
  private int lagsInARow;
  private Optional<Ends<Standing.Failing>> failing = Optional.empty();
  private Optional<Ends<Standing.Lagging>> lagging = Optional.empty();
  private Optional<Ends<Standing.Quarantined>> quarantine = Optional.empty();
  private int quarantines;
  private Optional<Ends<Standing.WrongChain>> wrongChain = Optional.empty();
  private boolean isChainKnown;
  private Optional<Long> head = Optional.empty();
  private Optional<Long> lag = Optional.empty();

  /** Something that is so until a moment of the monotonic clock. */
  private record Ends<T>(T what, long atNanos) {}

  Node(Provider provider, Consumer<Noticed> listener, Ticker ticker) {
    this.provider = provider;
    this.listener = listener;
    this.ticker = ticker;
  }

  Provider provider() {
    return provider;
  }

  /** Asks it, and remembers how that went. Whatever the question throws is thrown on. */
  <T> T ask(Question<T> question, Purpose purpose, Optional<Long> chainId, Deadline deadline) {
    long start = ticker.nanos();
    synchronized (this) {
      asked++;
    }
    try {
      Provider view = provider.as(purpose);
      if (chainId.isPresent() && !isChainKnown()) {
        requireChain(view, chainId.get(), deadline);
        start = ticker.nanos();
      }
      T value = question.of(view, deadline);
      answered(Duration.ofNanos(ticker.nanos() - start));
      return value;
    } catch (RpcUnavailable unavailable) {
      failed(unavailable.failure(), Duration.ofNanos(ticker.nanos() - start));
      throw unavailable;
    }
  }

  private synchronized boolean isChainKnown() {
    return isChainKnown;
  }

  private void requireChain(Provider view, long expected, Deadline deadline) {
    if (isOfAnotherChain() && standing() instanceof Standing.WrongChain(long chain, long got)) {
      throw new RpcUnavailable(provider.endpoint(), new RpcFailure.WrongChain(chain, got));
    }
    long id = view.chainId(deadline);
    boolean isNews;
    synchronized (this) {
      isChainKnown = id == expected;
      isNews = !isChainKnown && wrongChain.isEmpty();
      wrongChain =
          isChainKnown
              ? Optional.empty()
              : Optional.of(
                  new Ends<>(
                      new Standing.WrongChain(expected, id),
                      ticker.nanos() + WRONG_CHAIN_ASKED_AGAIN.toNanos()));
    }
    if (isNews) {
      listener.accept(new Noticed.WrongChain(provider, expected, id));
    }
    if (id != expected) {
      throw new RpcUnavailable(provider.endpoint(), new RpcFailure.WrongChain(expected, id));
    }
  }

  private synchronized void answered(Duration took) {
    latencies.add(took);
    failuresInARow = 0;
    overtakenInARow = 0;
    failing = Optional.empty();
  }

  private synchronized void failed(RpcFailure failure, Duration after) {
    if (failure instanceof RpcFailure.Stopped) {
      latencies.add(after); // it took at least this long before another was faster
      overtakenInARow++;
      troubled = ticker.nanos();
      return;
    }
    failed.merge(failure.kind(), 1L, Long::sum);
    switch (failure) {
      case RpcFailure.Unreachable _ -> {
        isChainKnown = false; // another node may answer at its address next time
        failedAgain(failure);
      }
      case RpcFailure.NoAnswer _, RpcFailure.Garbage _ -> failedAgain(failure);
      case RpcFailure.Tls _, RpcFailure.KeyRefused _ -> rest(failure, REST_FOR_PERSONS);
      case RpcFailure.Quota(_, Optional<Duration> wait) ->
          rest(failure, wait.orElse(REST_FOR_QUOTA));
      case RpcFailure.TooLarge _,
          RpcFailure.WrongChain _,
          RpcFailure.Behind _,
          RpcFailure.RangeTooWide _,
          RpcFailure.NoArchive _,
          RpcFailure.Reverted _,
          RpcFailure.ErrorAnswer _,
          RpcFailure.Lied _,
          RpcFailure.Quarantined _,
          RpcFailure.Stopped _ -> {}
    }
  }

  private void failedAgain(RpcFailure failure) {
    failuresInARow++;
    troubled = ticker.nanos();
    if (failuresInARow >= FAILING_AT) {
      rest(failure, doubled(FIRST_REST, failuresInARow - FAILING_AT, LONGEST_REST));
    }
  }

  private void rest(RpcFailure failure, Duration pause) {
    failing =
        Optional.of(
            new Ends<>(
                new Standing.Failing(failure, ticker.now().plus(pause)),
                ticker.nanos() + pause.toNanos()));
  }

  private static Duration doubled(Duration first, int times, Duration longest) {
    Duration doubled = first.multipliedBy(1L << Math.min(times, 20));
    return doubled.compareTo(longest) < 0 ? doubled : longest;
  }

  /** It was asked because another took long. */
  synchronized void hedges() {
    hedged++;
  }

  /** It showed this block as its latest. */
  synchronized void showed(long number, long best) {
    head = Optional.of(number);
    lag = Optional.of(Math.max(0, best - number));
    if (number >= best) {
      lagsInARow = 0;
      lagging = Optional.empty();
      return;
    }
    boolean isUsual = best - number == 1 && lagsInARow == 0; // a new block takes a moment
    Duration pause = doubled(FIRST_LAG, lagsInARow++, LONGEST_REST);
    if (!isUsual) {
      lagging =
          Optional.of(
              new Ends<>(new Standing.Lagging(best - number), ticker.nanos() + pause.toNanos()));
    }
  }

  /** Counts the lie and begins a quarantine, unless one is on already. */
  void caught(Lie lie) {
    listener.accept(new Noticed.Lied(provider, lie));
    quarantined(lie).ifPresent(listener);
  }

  private synchronized Optional<Noticed> quarantined(Lie lie) {
    lies++;
    if (quarantine.isPresent() && !hasEnded(quarantine.get())) {
      return Optional.empty();
    }
    Duration pause = doubled(FIRST_QUARANTINE, quarantines++, LONGEST_QUARANTINE);
    Instant until = ticker.now().plus(pause);
    quarantine =
        Optional.of(
            new Ends<>(
                new Standing.Quarantined(until, "it " + lie.kind().words()),
                ticker.nanos() + pause.toNanos()));
    return Optional.of(new Noticed.Quarantined(provider, until, quarantines, lie.kind().words()));
  }

  /** Counts a lie of the past; call with the oldest first. */
  synchronized void remember(PastLie past) {
    lies++;
    long told = ticker.nanos() - past.ago().toNanos();
    if (quarantine.isPresent() && quarantine.get().atNanos() - told > 0) {
      return;
    }
    Duration pause = doubled(FIRST_QUARANTINE, quarantines++, LONGEST_QUARANTINE);
    quarantine =
        Optional.of(
            new Ends<>(
                new Standing.Quarantined(
                    ticker.now().minus(past.ago()).plus(pause), "it " + past.kind().words()),
                told + pause.toNanos()));
  }

  /** Tells once that its quarantine has ended. */
  void tellReturn() {
    if (hasReturned()) {
      listener.accept(new Noticed.Returned(provider));
    }
  }

  private synchronized boolean hasReturned() {
    if (quarantine.isEmpty() || !hasEnded(quarantine.get())) {
      return false;
    }
    quarantine = Optional.empty();
    return true;
  }

  private boolean hasEnded(Ends<?> ends) {
    return ends.atNanos() - ticker.nanos() <= 0;
  }

  synchronized Standing standing() {
    if (wrongChain.isPresent()) {
      return wrongChain.get().what();
    }
    return running(quarantine)
        .or(() -> running(failing))
        .or(() -> running(lagging))
        .orElseGet(Standing.Fit::new);
  }

  private Optional<Standing> running(Optional<? extends Ends<? extends Standing>> ends) {
    return ends.filter(known -> !hasEnded(known)).map(Ends::what);
  }

  /** A node of another chain may be asked which it is, but not all the time. */
  synchronized boolean isOfAnotherChain() {
    return wrongChain.isPresent() && !hasEnded(wrongChain.get());
  }

  /** The chain expected of it has changed. */
  synchronized void forgetChain() {
    isChainKnown = false;
    wrongChain = Optional.empty();
  }

  /**
   * The lower the fitter. Latencies within half as much again count as equal, so that two nodes do
   * not take turns.
   */
  synchronized int unfitness() {
    int standing =
        switch (standing()) {
          case Standing.Fit _ -> 0;
          case Standing.Lagging _ -> 1;
          case Standing.Failing _ -> 2;
          case Standing.WrongChain _ -> 3;
          case Standing.Quarantined _ -> 4;
        };
    double millis = latencies.percentile(50).map(Duration::toNanos).orElse(0L) / 1e6;
    int slow = (int) Math.round(Math.log(Math.max(10, millis) / 10) / Math.log(1.5));
    boolean isRecent = ticker.nanos() - troubled < TROUBLE_REMEMBERED.toNanos();
    int trouble = isRecent ? 4 * (failuresInARow + overtakenInARow) : 0;
    return standing * 1000 + slow + trouble;
  }

  synchronized long guilt() {
    return lies;
  }

  synchronized Optional<Duration> percentile(int percent) {
    return latencies.percentile(percent);
  }

  synchronized Scorecard scorecard() {
    return new Scorecard(
        provider.endpoint().toString(),
        asked,
        provider.calls(),
        hedged,
        failed,
        lies,
        latencies.percentile(50),
        latencies.percentile(95),
        head,
        lag,
        standing(),
        provider.limits());
  }
}
