package dev.metaops.command;

/** The process that follows the chain. */
public sealed interface ServeCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.serve().to(this, conversation);
  }

  /** Runs until it is told to stop. */
  record Run() implements ServeCommand {
    @Override
    public String name() {
      return "serve";
    }

    @Override
    public Need need() {
      return Need.ORDERS_AND_CHAIN;
    }
  }
}
