package dev.metaops.command;

/** Who stands behind plans. */
public sealed interface PeopleCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.people().to(this, conversation);
  }

  /** Makes this person's key, once, and prints the line for the configuration. */
  record MakeKey(String person) implements PeopleCommand {
    @Override
    public String name() {
      return "people key";
    }

    @Override
    public Need need() {
      return Need.NOTHING;
    }
  }
}
