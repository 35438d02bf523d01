package dev.metaops.command;

/** Whoever started the command, as the operating system knows them. */
public final class Actor {
  private Actor() {}

  public static String name() {
    return System.getProperty("user.name", "unknown");
  }
}
