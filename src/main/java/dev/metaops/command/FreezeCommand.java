package dev.metaops.command;

import java.util.Optional;

/** Stops and resumes all writing of order rows. */
public sealed interface FreezeCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.freeze().to(this, conversation);
  }

  /** From now on metaops writes no order row. */
  record Freeze(Optional<String> reason) implements FreezeCommand {
    @Override
    public String name() {
      return "freeze";
    }

    @Override
    public Need need() {
      return Need.NOTHING;
    }
  }

  /** Lifts it. */
  record Unfreeze(Optional<String> reason) implements FreezeCommand {
    @Override
    public String name() {
      return "unfreeze";
    }

    @Override
    public Need need() {
      return Need.NOTHING;
    }
  }
}
