package dev.metaops.command;

/** The configuration. */
public sealed interface ConfigCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.config().to(this, conversation);
  }

  /** Each value and where it came from; secrets hidden. */
  record Show() implements ConfigCommand {
    @Override
    public String name() {
      return "config show";
    }

    @Override
    public Need need() {
      return Need.NOTHING;
    }
  }

  /**
   * Looks at what the variables name, and writes down what that told.
   *
   * @param out the file, as typed
   */
  record Init(String out, Replace replace) implements ConfigCommand {
    @Override
    public String name() {
      return "config init";
    }

    @Override
    public Need need() {
      return Need.NOTHING;
    }
  }

  /** Whether a file that is there may be replaced. */
  enum Replace {
    NEVER,
    /** The old one is kept beside it. */
    KEEPING_THE_OLD
  }

  /** Everything that is wrong with it, together. */
  record Check() implements ConfigCommand {
    @Override
    public String name() {
      return "config check";
    }

    @Override
    public Need need() {
      return Need.NOTHING;
    }
  }
}
