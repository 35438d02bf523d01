package dev.metaops.canary;

import dev.metaops.config.FrontendSection;
import dev.metaops.finding.Finding;
import dev.metaops.finding.Findings;
import dev.metaops.meter.Loop;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Asks every configured front end again and again, each on a thread of its own, until closed; says
 * what is found, and keeps what a look from outside cannot see. What breaks is said once and tried
 * again. Thread-safe.
 */
public final class Canary implements AutoCloseable {
  /** Findings that are over are said to be at least every so many turns. */
  private static final int TURNS_TO_TELL = 6;

  private static final List<String> CODES =
      Stream.concat(Stream.of(Trouble.values()).map(Trouble::code), Stream.of(Watch.DROPPED))
          .toList();

  /**
   * Where what is found and counted goes.
   *
   * @param loops by name, the loop whose turns are counted
   * @param said hears what is found, once
   */
  public record Outlets(
      Findings findings, CanaryFile memory, Function<String, Loop> loops, Consumer<String> said) {}

  private final List<Watch> watches;
  private final Outlets outlets;
  private final Ticker ticker;
  private final List<Thread> threads = new ArrayList<>();
  private Set<String> open = Set.of();
  private Set<String> kept = Set.of();
  private String lastSaid = "";
  private int turns;

  public Canary(FrontendSection frontends, Rows rows, Outlets outlets, Ticker ticker) {
    this.outlets = outlets;
    this.ticker = ticker;
    var random = new SplittableRandom();
    this.watches =
        frontends.all().stream()
            .map(watched -> new Watch(watched, rows, ticker, random.split()))
            .toList();
    for (Remembered before : outlets.memory().read()) {
      watches.stream()
          .filter(watch -> watch.watched().name().equals(before.frontend()))
          .forEach(watch -> watch.after(before));
    }
  }

  /** Begins. Call once. */
  public void start() {
    for (Watch watch : watches) {
      threads.add(
          Thread.ofPlatform()
              .name("canary/" + watch.watched().name())
              .daemon()
              .start(() -> run(watch)));
    }
  }

  private void run(Watch watch) {
    Loop loop = outlets.loops().apply("canary " + watch.watched().name());
    try {
      while (!Thread.currentThread().isInterrupted()) {
        turn(watch, loop);
        watch.rest();
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } finally {
      watch.close();
    }
  }

  /** Looks at each once, one after the other: for whoever turns it by hand. */
  public void once() throws InterruptedException {
    for (Watch watch : watches) {
      turn(watch, Loop.UNCOUNTED);
    }
  }

  private void turn(Watch watch, Loop loop) throws InterruptedException {
    long begun = ticker.nanos();
    Loop.Turn turn = Loop.Turn.FAILED;
    try {
      watch.look(
          Deadline.in(
              watch.watched().pace().timeout().plus(Watch.MOST_FOR_ROWS.multipliedBy(2)), ticker));
      tell(watch);
      say("");
      turn = Loop.Turn.DONE;
    } catch (RuntimeException defect) {
      say(watch.watched().name() + " cannot be looked at: a defect: " + defect);
    }
    loop.turned(turn, Duration.ofNanos(ticker.nanos() - begun));
  }

  private synchronized void say(String sentence) {
    if (!sentence.isEmpty() && !sentence.equals(lastSaid)) {
      outlets.said().accept(sentence);
    }
    lastSaid = sentence.isEmpty() ? lastSaid : sentence;
  }

  /** What was found with the latest look, and what is over. */
  private synchronized void tell(Watch latest) {
    Instant at = ticker.now();
    latest.findings(at).forEach(outlets.findings()::raise);
    List<Finding> found = watches.stream().flatMap(watch -> watch.findings(at).stream()).toList();
    Set<String> now = new HashSet<>();
    for (Finding finding : found) {
      now.add(finding.fingerprint());
      if (!open.contains(finding.fingerprint())) {
        outlets.said().accept(finding.sentence());
      }
    }
    open = Set.copyOf(now);
    watches.forEach(watch -> now.addAll(watch.untold()));
    boolean isOver = !now.containsAll(kept);
    kept = now;
    if (isOver || turns++ % TURNS_TO_TELL == 0) {
      CODES.forEach(code -> outlets.findings().onlyThese(code, kept));
    }
    outlets
        .memory()
        .keep(watches.stream().flatMap(watch -> Remembered.of(watch).stream()).toList());
  }

  /** As it is now, a front end after the other. */
  public List<Counted> counted() {
    return watches.stream().map(Watch::counted).toList();
  }

  /** Ends everything. Idempotent. */
  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    watches.forEach(Watch::close);
  }
}
