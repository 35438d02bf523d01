package dev.metaops.command;

/** Answers the commands of one noun. */
@FunctionalInterface
public interface Answers<C extends Command> {
  /**
   * Does what was asked and says how it ended. A dependency that fails is an answer; an exception
   * is a defect.
   */
  Answer to(C command, Conversation conversation);
}
