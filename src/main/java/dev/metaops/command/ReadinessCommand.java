package dev.metaops.command;

import java.nio.file.Path;
import java.util.Optional;

/** Whether a night can come. */
public sealed interface ReadinessCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.readiness().to(this, conversation);
  }

  /**
   * The readiness report.
   *
   * @param html a file to write it to as one page; only the screen when empty
   */
  record Report(Optional<Path> html) implements ReadinessCommand {
    @Override
    public String name() {
      return "readiness";
    }

    @Override
    public Need need() {
      return Need.ANYTHING;
    }
  }
}
