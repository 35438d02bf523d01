package dev.metaops.serve;

import dev.metaops.command.Conversation;
import dev.metaops.health.HealthFile;
import dev.metaops.health.Report;
import dev.metaops.look.Examination;
import dev.metaops.meter.Loop;
import dev.metaops.page.EnvironmentLine;
import dev.metaops.reach.Nodes;
import dev.metaops.time.Deadline;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * Looks at everything every so often and remembers it: since when it is so, and for how long nobody
 * could tell. What asks the chain much is looked at seldom, and still often enough that nobody was
 * blind between two looks.
 */
final class HealthLoop implements Runnable {
  /** Starting comes first. */
  private static final Duration FIRST = Duration.ofSeconds(5);

  private final Conversation conversation;
  private final Nodes nodes;
  private final ServeMetrics metrics;
  private final Loop loop;
  private final HealthFile file;

  /**
   * @param nodes asked for how they are
   * @param metrics shown every report
   */
  HealthLoop(Conversation conversation, Nodes nodes, ServeMetrics metrics) {
    this.nodes = nodes;
    this.metrics = metrics;
    this.loop = metrics.loop("health");
    this.conversation = conversation;
    this.file = new HealthFile(conversation.settings().environment().dataDirectory());
  }

  @Override
  public void run() {
    Duration interval = conversation.settings().health().interval();
    try {
      conversation.ticker().rest(FIRST);
      for (int look = 0; !Thread.currentThread().isInterrupted(); look++) {
        look(look % Examination.seldom(interval) == 0 ? Examination.ALL : often());
        conversation.ticker().rest(interval);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private static Set<Examination.Part> often() {
    Set<Examination.Part> often = EnumSet.copyOf(Examination.COMPONENTS);
    often.add(Examination.Part.RESOURCES);
    often.add(Examination.Part.FRONTEND);
    return often;
  }

  private void look(Set<Examination.Part> parts) {
    long begun = conversation.ticker().nanos();
    Loop.Turn turn = Loop.Turn.FAILED;
    try {
      Report report =
          Examination.of(
                  conversation, nodes, parts, Deadline.in(Examination.FULL, conversation.ticker()))
              .report();
      metrics.examined(report, file.remember(EnvironmentLine.of(conversation.settings()), report));
      turn = Loop.Turn.DONE;
    } catch (RuntimeException defect) {
      // Whoever asks is told: what was not looked at for minutes counts as blind time.
      ServeAnswers.said(conversation, "health").defect("this look failed: " + defect, defect);
    }
    loop.turned(turn, Duration.ofNanos(conversation.ticker().nanos() - begun));
  }
}
