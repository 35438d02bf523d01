package dev.metaops.rpc;

import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How one node wants to be asked, learned from its refusals. Its rules only tighten, and are tried
 * again doubled after a day; what depends on how much the answers hold shrinks at once and grows
 * again with answers that fit. Thread-safe.
 */
final class Manners {
  private static final Duration TRIED_WIDER_AFTER = Duration.ofDays(1);

  /** As many answers that fit; so about one question in ten is refused where answers are dense. */
  private static final int GROWS_AFTER = 4;

  /** Wider than anybody asks: then there is no limit. */
  private static final long WIDE = 1L << 40;

  private final Ticker ticker;
  private final Rule blocks = new Rule();
  private final Rule batch = new Rule();
  private final Flow blocksNow = new Flow();

  /** By method: receipts fill an answer sooner than headers. */
  private final Map<String, Flow> batchNow = new HashMap<>();

  private Optional<Long> results = Optional.empty();
  private Optional<Long> bytes = Optional.empty();
  private volatile boolean lacksBlockReceipts;

  Manners(Ticker ticker) {
    this.ticker = ticker;
  }

  /** A limit of the node's own making. */
  private final class Rule {
    private long most = WIDE;
    private long changed;

    void tighten(long to) {
      most = Math.max(1, Math.min(most, to));
      changed = ticker.nanos();
    }

    long most() {
      if (most < WIDE && ticker.nanos() - changed >= TRIED_WIDER_AFTER.toNanos()) {
        most = Math.min(WIDE, most * 2);
        changed = ticker.nanos();
      }
      return most;
    }

    Optional<Long> known() {
      return Optional.of(most).filter(limit -> limit < WIDE);
    }
  }

  /** A limit that depends on what the answers hold. */
  private static final class Flow {
    private long most = WIDE;
    private int fittedInARow;

    void shrink(long to) {
      most = Math.max(1, Math.min(most, to));
      fittedInARow = 0;
    }

    void fitted(long asked) {
      if (asked < most || most == WIDE) {
        return;
      }
      fittedInARow++;
      if (fittedInARow >= GROWS_AFTER) {
        fittedInARow = 0;
        most = Math.min(WIDE, most + Math.max(1, most / 2));
      }
    }

    Optional<Long> known() {
      return Optional.of(most).filter(limit -> limit < WIDE);
    }
  }

  /** The most blocks one question for logs should ask for. */
  synchronized long blocks() {
    return Math.min(blocks.most(), blocksNow.most);
  }

  /** It answered for as many blocks. */
  synchronized void blocksFitted(long asked) {
    blocksNow.fitted(asked);
  }

  /**
   * It refused as many blocks, at least 2.
   *
   * @return how many to ask for instead, fewer
   */
  synchronized long blocksRefused(long asked, Excess excess) {
    results = said(excess, Excess.Of.RESULTS).or(() -> results);
    bytes = said(excess, Excess.Of.BYTES).or(() -> bytes);
    long half = Math.max(1, asked / 2);
    return switch (excess.of()) {
      case BLOCKS -> {
        long fewer = excess.most().filter(most -> most < asked).orElse(half);
        blocks.tighten(fewer);
        yield fewer;
      }
      case RESULTS, BYTES, TIME, BATCH, UNSAID -> {
        long fewer =
            excess.fits().map(Excess.Blocks::count).filter(count -> count < asked).orElse(half);
        blocksNow.shrink(fewer);
        yield fewer;
      }
    };
  }

  private static Optional<Long> said(Excess excess, Excess.Of of) {
    return excess.of() == of ? excess.most() : Optional.empty();
  }

  /** The most questions by this method in one request. */
  synchronized int batch(String method) {
    long now = Optional.ofNullable(batchNow.get(method)).map(flow -> flow.most).orElse(WIDE);
    return (int) Math.min(Integer.MAX_VALUE, Math.min(batch.most(), now));
  }

  /** It answered as many at once. */
  synchronized void batchFitted(String method, int asked) {
    Optional.ofNullable(batchNow.get(method)).ifPresent(flow -> flow.fitted(asked));
  }

  /** It refused as many at once, at least 2; {@link #batch} is smaller from now on. */
  synchronized void batchRefused(String method, int asked, RpcFailure failure) {
    int half = Math.max(1, asked / 2);
    if (failure instanceof RpcFailure.RangeTooWide(_, Excess excess)
        && excess.of() == Excess.Of.BATCH) {
      batch.tighten(excess.most().filter(most -> most < asked).orElse((long) half));
    } else {
      batchNow.computeIfAbsent(method, _ -> new Flow()).shrink(half);
    }
  }

  boolean lacksBlockReceipts() {
    return lacksBlockReceipts;
  }

  void learnThatBlockReceiptsAreMissing() {
    lacksBlockReceipts = true;
  }

  /**
   * What is known.
   *
   * @param callsASecond the pace it was found to allow
   */
  synchronized Limits limits(Optional<Integer> callsASecond) {
    return new Limits(
        blocks.known(), blocksNow.known(), results, bytes, batch.known(), callsASecond);
  }
}
