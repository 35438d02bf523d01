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
