package dev.metaops.process;

import dev.metaops.finding.Finding;
import dev.metaops.finding.Findings;
import dev.metaops.finding.Severity;
import dev.metaops.page.Page;
import dev.metaops.services.Change;
import dev.metaops.services.Services;
import dev.metaops.services.Turn;
import dev.metaops.telemetry.Said;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Looks at the services every few seconds, until its thread is interrupted, and writes down what
 * became of them without metaops. What metaops does to them at that moment is waited for.
 */
public final class ServiceWatch implements Runnable {
  /** Somebody restarted, stopped or started a service without metaops. */
  static final String CHANGED_OUTSIDE = "service-changed-outside";

  /** A service ended, and its supervisor brought it back. */
  static final String CAME_BACK = "service-came-back";

  private static final Duration BETWEEN = Duration.ofSeconds(10);

  /** What one look takes at most. */
  static final Duration MOST = Duration.ofSeconds(5);

  private static final int LOOKS_TO_A_MINUTE = 6;
  private static final Duration TOLD_FOR = Duration.ofHours(1);

  private final Services services;
  private final ServiceRecord record;
  private final Findings findings;
  private final Said said;
  private final Ticker ticker;
  private final Map<Finding, Instant> open = new LinkedHashMap<>();
  private String lastSaid = "";
  private int looks;

  /**
   * @param said hears each change once
   */
  public ServiceWatch(
      Services services, ServiceRecord record, Findings findings, Said said, Ticker ticker) {
    this.services = services;
    this.record = record;
    this.findings = findings;
    this.said = said;
    this.ticker = ticker;
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          once();
        } catch (RuntimeException defect) {
          trouble(
              "services cannot be watched: a defect: " + defect,
              sentence -> said.defect(sentence, defect));
        }
        ticker.rest(BETWEEN);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  /** One look. */
  void once() {
    try {
      Optional<Turn> turn = services.turn();
      if (turn.isPresent()) {
        try (Turn _ = turn.get()) {
          services.notice(Deadline.in(MOST, ticker), this::tell);
        }
      }
      lastSaid = "";
    } catch (IOException unkept) {
      trouble("services cannot be watched: " + unkept.getMessage(), said);
    }
    raise();
  }

  private void trouble(String sentence, Consumer<String> saying) {
    if (!sentence.equals(lastSaid)) {
      lastSaid = sentence;
      saying.accept(Page.printable(sentence));
    }
  }

  private void tell(List<Services.Noticed> noticed) {
    List<Services.Noticed> outside =
        noticed.stream().filter(each -> !(each.change() instanceof Change.CameBack)).toList();
    record.noticed(outside).ifPresent(said);
    for (Services.Noticed each : noticed) {
      said.accept(each.service() + " " + each.change().sentence());
      Finding finding = finding(each);
      open.keySet().removeIf(other -> other.fingerprint().equals(finding.fingerprint()));
      open.put(finding, ticker.now());
    }
  }

  private static Finding finding(Services.Noticed noticed) {
    boolean cameBack = noticed.change() instanceof Change.CameBack;
    return Finding.of(
        cameBack ? CAME_BACK : CHANGED_OUTSIDE,
        "service " + noticed.service(),
        cameBack ? Severity.P2 : Severity.P3,
        noticed.service() + " " + noticed.change().sentence(),
        Map.of("service", noticed.service()));
  }

  /** Each is open for an hour. */
  private void raise() {
    Instant since = ticker.now().minus(TOLD_FOR);
    boolean isOver = open.values().removeIf(since::isAfter);
    open.keySet().forEach(findings::raise);
    if (!isOver && looks++ % LOOKS_TO_A_MINUTE != 0) {
      return;
    }
    for (String code : List.of(CHANGED_OUTSIDE, CAME_BACK)) {
      findings.onlyThese(
          code,
          open.keySet().stream()
              .filter(finding -> finding.code().equals(code))
              .map(Finding::fingerprint)
              .toList());
    }
  }
}
