package dev.metaops.command;

import java.time.Duration;

/** What serve measured. */
public sealed interface MetricsCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.metrics().to(this, conversation);
  }

  /** The main series of the last hours, drawn. */
  record Show(Duration window) implements MetricsCommand {
    @Override
    public String name() {
      return "metrics show";
    }

    @Override
    public Need need() {
      return Need.ANYTHING;
    }
  }
}
