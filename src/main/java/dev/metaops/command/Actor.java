package dev.metaops.command;

/** Whoever started the command, as the operating system knows them. */
final class Actor {
  private Actor() {}

  static String name() {
    return System.getProperty("user.name", "unknown");
  }
}
