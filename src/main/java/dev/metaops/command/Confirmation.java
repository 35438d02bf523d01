package dev.metaops.command;

/** What a person is shown and asked before something changes. */
final class Confirmation {
  private Confirmation() {}

  /** Beside the answer where that is JSON, for programs to parse; else above it. */
  static void show(Conversation conversation, String line) {
    switch (conversation.shared().output()) {
      case JSON, SAFE -> conversation.person().tell(line);
      case TABLE -> conversation.person().show(line);
    }
  }

  /** Whether somebody is there and said yes. */
  static boolean isGiven(Conversation conversation, String question) {
    return conversation
        .person()
        .ask(question)
        .map(String::strip)
        .filter(word -> word.matches("[yY]([eE][sS])?"))
        .isPresent();
  }
}
