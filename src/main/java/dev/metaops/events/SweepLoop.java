package dev.metaops.events;

import dev.metaops.command.Conversation;
import dev.metaops.finding.Finding;
import dev.metaops.finding.Findings;
import dev.metaops.ledger.Stream;
import dev.metaops.meter.Loop;
import dev.metaops.page.Page;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.Fates;
import dev.metaops.reach.Reach;
import dev.metaops.reconcile.Inquiry;
import dev.metaops.telemetry.Said;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The fallback: compares every open order with its contract every few minutes, whatever the ledger
 * says, until its thread is interrupted. One sweep at a time, each within its own time; a process
 * that only waits for the lease leaves it to the one that holds it.
 */
public final class SweepLoop implements Runnable {
  private static final Duration MOST_FOR_ONE = Duration.ofMinutes(4);
  private static final Duration MOST_FOR_A_PAGE = Duration.ofSeconds(10);

  /** The listener is at the head within this, or its being behind is the news. */
  private static final Duration MOST_FOR_THE_LEDGER = Duration.ofSeconds(10);

  /** After the start the listener has to catch up first. */
  private static final Duration FIRST = Duration.ofSeconds(30);

  private static final int NAMED = 3;

  private final Conversation conversation;
  private final String holder;
  private final Duration interval;
  private final Findings findings;
  private final Loop loop;
  private final Said said;
  private final Ticker ticker;
  private String lastSaid = "";

  /**
   * @param holder how this process signs the lease
   * @param said hears one line each time what differs changes
   */
  public SweepLoop(
      Conversation conversation,
      String holder,
      Duration interval,
      Findings findings,
      Loop loop,
      Said said) {
    this.conversation = conversation;
    this.holder = holder;
    this.interval = interval;
    this.findings = findings;
    this.loop = loop;
    this.said = said;
    this.ticker = conversation.ticker();
  }

  @Override
  public void run() {
    try {
      ticker.rest(interval.compareTo(FIRST) < 0 ? interval : FIRST);
      while (!Thread.currentThread().isInterrupted()) {
        long begun = ticker.nanos();
        Loop.Turn turn = turn();
        loop.turned(turn, Duration.ofNanos(ticker.nanos() - begun));
        ticker.rest(interval);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private Loop.Turn turn() throws InterruptedException {
    try {
      once();
      return Loop.Turn.DONE;
    } catch (SQLException failure) {
      blind(DatabaseWords.of(failure), said);
    } catch (RuntimeException defect) {
      blind("a defect: " + defect, sentence -> said.defect(sentence, defect));
    }
    return Loop.Turn.FAILED;
  }

  /** One sweep; nothing when it is another process's turn. */
  void once() throws SQLException, InterruptedException {
    try (Books books =
        Books.open(conversation, "metaops serve", Deadline.in(MOST_FOR_A_PAGE, ticker))) {
      Optional<Stream> stream = books.stream();
      if (stream.filter(this::isAnothers).isPresent()) {
        return;
      }
      Optional<Long> pinned = stream.map(Stream::chainId);
      Optional<Inquiry> inquiry = Reach.inquiry(conversation.settings(), pinned, ticker);
      if (inquiry.isEmpty()) {
        blind("no chain is configured", said);
        return;
      }
      Sweep sweep =
          new Sweep(
              books,
              inquiry.get(),
              () -> new Fates(conversation, pinned, Deadline.in(MOST_FOR_A_PAGE, ticker)),
              new Steady(),
              (_, _) -> {},
              ticker);
      tell(sweep.run());
    }
  }

  private boolean isAnothers(Stream stream) {
    return stream.isHeld() && stream.leaseHolder().filter(holder::equals).isEmpty();
  }

  private void tell(Swept swept) {
    List<Finding> found = SweepFindings.of(swept);
    found.forEach(findings::raise);
    for (String code : SweepFindings.CODES) {
      if (swept.isWhole() || code.equals(SweepFindings.SWEEP_BLIND)) {
        findings.onlyThese(
            code,
            found.stream()
                .filter(finding -> finding.code().equals(code))
                .map(Finding::fingerprint)
                .toList());
      }
    }
    say(found.isEmpty() ? "" : sentence(swept, found), said);
  }

  private static String sentence(Swept swept, List<Finding> found) {
    StringBuilder text = new StringBuilder();
    text.append(swept.contradictions())
        .append(" of ")
        .append(swept.open())
        .append(" open orders contradict the contract");
    found.stream()
        .limit(NAMED)
        .forEach(finding ->
            text.append("; ")
                .append(finding.severity())
                .append(' ')
                .append(finding.code())
                .append(": ")
                .append(finding.sentence()));
    if (found.size() > NAMED) {
      text.append("; and ").append(found.size() - NAMED).append(" more");
    }
    return text.append(" (metaops events sweep)").toString();
  }

  private void blind(String why, Consumer<String> saying) {
    Finding finding = SweepFindings.blind(why, 0, 0);
    findings.raise(finding);
    say("no order could be compared with the contract: " + why, saying);
  }

  private void say(String sentence, Consumer<String> saying) {
    if (!sentence.equals(lastSaid)) {
      lastSaid = sentence;
      saying.accept(
          sentence.isEmpty()
              ? "every open order agrees with its contract again"
              : Page.printable(sentence));
    }
  }

  /** So that one is over before the next begins. */
  private final class Steady implements Sweep.Pace {
    @Override
    public Deadline page() {
      return Deadline.in(MOST_FOR_A_PAGE, ticker);
    }

    @Override
    public Deadline whole() {
      return Deadline.in(
          interval.compareTo(MOST_FOR_ONE) < 0 ? interval.plus(MOST_FOR_THE_LEDGER) : MOST_FOR_ONE,
          ticker);
    }

    @Override
    public Duration ledger() {
      return MOST_FOR_THE_LEDGER;
    }
  }
}
