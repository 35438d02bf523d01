package dev.metaops.command;

/** The listener, seen from another process. */
public sealed interface ListenerCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.listener().to(this, conversation);
  }

  /** Dead, hung, paused and idle told apart. */
  record Status() implements ListenerCommand {
    @Override
    public String name() {
      return "listener status";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }

  /** Whether it could hear what it has to, tried from here. */
  record Test() implements ListenerCommand {
    @Override
    public String name() {
      return "listener test";
    }

    @Override
    public Need need() {
      return Need.CHAIN;
    }
  }
}
