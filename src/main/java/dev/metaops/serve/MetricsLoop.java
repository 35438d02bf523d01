package dev.metaops.serve;

import dev.metaops.command.Conversation;
import dev.metaops.meter.Loop;
import dev.metaops.telemetry.Said;
import java.io.IOException;
import java.time.Duration;

/** Writes the main series down every few seconds, until its thread is interrupted. */
final class MetricsLoop implements Runnable {
  private static final Duration BETWEEN = Duration.ofSeconds(15);

  private final Conversation conversation;
  private final ServeMetrics metrics;
  private final Said said;
  private final MetricsFile file;
  private final Loop loop;
  private boolean failing;

  MetricsLoop(Conversation conversation, ServeMetrics metrics, Said said) {
    this.conversation = conversation;
    this.metrics = metrics;
    this.said = said;
    this.loop = metrics.loop("metrics");
    this.file = new MetricsFile(conversation.settings().environment().dataDirectory());
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        long begun = conversation.ticker().nanos();
        Loop.Turn turn = write();
        loop.turned(turn, Duration.ofNanos(conversation.ticker().nanos() - begun));
        conversation.ticker().rest(BETWEEN);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(String sentence, Exception failure) {
    switch (failure) {
      case RuntimeException defect -> said.defect(sentence, defect);
      default -> said.accept(sentence);
    }
  }

  private Loop.Turn write() {
    try {
      file.append(new MetricsFile.Line(conversation.ticker().now(), metrics.main()));
      failing = false;
      return Loop.Turn.DONE;
    } catch (IOException | RuntimeException unwritable) {
      if (!failing) {
        tell(
            "metrics are not written down, metaops metrics show will miss them: " + unwritable,
            unwritable);
      }
      failing = true;
      return Loop.Turn.FAILED;
    }
  }
}
