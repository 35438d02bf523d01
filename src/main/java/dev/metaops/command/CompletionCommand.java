package dev.metaops.command;

/** Completion of commands in a shell. */
public sealed interface CompletionCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.completion().to(this, conversation);
  }

  /** For bash and zsh. */
  record Script() implements CompletionCommand {
    @Override
    public String name() {
      return "completion";
    }

    @Override
    public Need need() {
      return Need.NOTHING;
    }
  }
}
