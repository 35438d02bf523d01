package dev.metaops.command;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/** Writes the main series down every few seconds, until its thread is interrupted. */
final class MetricsLoop implements Runnable {
  private static final Duration BETWEEN = Duration.ofSeconds(15);

  private final Conversation conversation;
  private final ServeMetrics metrics;
  private final Consumer<String> said;
  private final MetricsFile file;
  private boolean failing;

  MetricsLoop(Conversation conversation, ServeMetrics metrics, Consumer<String> said) {
    this.conversation = conversation;
    this.metrics = metrics;
    this.said = said;
    this.file = new MetricsFile(conversation.settings().environment().dataDirectory());
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        write();
        conversation.ticker().rest(BETWEEN);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    try {
      file.append(new MetricsFile.Line(conversation.ticker().now(), metrics.main()));
      failing = false;
    } catch (IOException unwritable) {
      if (!failing) {
        said.accept(
            "metrics are not written down, metaops metrics show will miss them: " + unwritable);
      }
      failing = true;
    }
  }
}
