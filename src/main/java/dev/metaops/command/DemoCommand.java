package dev.metaops.command;

/** A local world with a failure in it. */
public sealed interface DemoCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.demo().to(this, conversation);
  }

  /** Traders, a killed listener, and the repair. */
  record Play(Ending ending) implements DemoCommand {
    @Override
    public String name() {
      return "demo";
    }

    @Override
    public Need need() {
      return Need.NOTHING;
    }
  }

  /** What follows the last act. */
  enum Ending {
    /** The world stays up until it is stopped. */
    STAY,
    /** No question is asked, the world is taken down, and the exit code says if all was true. */
    LEAVE
  }
}
