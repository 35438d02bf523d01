package dev.metaops.command;

/** The one screen. */
public sealed interface StatusCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.status().to(this, conversation);
  }

  /** The sentence, the open incidents, health on a line, one next command. */
  record Show() implements StatusCommand {
    @Override
    public String name() {
      return "status";
    }

    @Override
    public Need need() {
      return Need.ANYTHING;
    }
  }
}
