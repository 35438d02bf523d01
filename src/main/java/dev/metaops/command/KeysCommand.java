package dev.metaops.command;

/** The venue's keys. */
public sealed interface KeysCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.keys().to(this, conversation);
  }

  /** Which are configured, by address, and whether the chain knows them. */
  record Status() implements KeysCommand {
    @Override
    public String name() {
      return "keys status";
    }

    @Override
    public Need need() {
      return Need.ANYTHING;
    }
  }
}
