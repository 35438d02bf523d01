package dev.metaops.command;

/** The connections to everything configured. */
public sealed interface ConnectionsCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.connections().to(this, conversation);
  }

  /** Each of them, hop by hop, side by side. Writes nothing. */
  record Test() implements ConnectionsCommand {
    @Override
    public String name() {
      return "connections test";
    }

    @Override
    public Need need() {
      return Need.ANYTHING;
    }
  }
}
