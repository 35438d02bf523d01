package dev.metaops.command;

/** What a person is shown and asked before something changes. */
public final class Confirmation {
  private Confirmation() {}

  /** Beside the answer where that is JSON, for programs to parse; else above it. */
  public static void show(Conversation conversation, String line) {
    switch (conversation.shared().output()) {
      case JSON, SAFE -> conversation.person().tell(line);
      case TABLE -> conversation.person().show(line);
    }
  }

  /** Whether somebody is there and said yes. */
  public static boolean isGiven(Conversation conversation, String question) {
    return conversation
        .person()
        .ask(question)
        .map(String::strip)
        .filter(word -> word.matches("[yY]([eE][sS])?"))
        .isPresent();
  }
}
