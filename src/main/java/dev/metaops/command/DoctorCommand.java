package dev.metaops.command;

/** What of this machine and its configuration would stand in the way. */
public sealed interface DoctorCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.doctor().to(this, conversation);
  }

  /** Looks, and changes nothing. */
  record Examine() implements DoctorCommand {
    @Override
    public String name() {
      return "doctor";
    }

    @Override
    public Need need() {
      return Need.NOTHING;
    }
  }
}
