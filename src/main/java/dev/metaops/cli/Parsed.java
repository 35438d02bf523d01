package dev.metaops.cli;

import dev.metaops.command.Command;
import dev.metaops.command.Shared;

/** What a command line means. */
public sealed interface Parsed {
  /** A command to carry out. */
  record Understood(Command command, Shared shared) implements Parsed {}

  /** Something to read: help, a group's verbs, the version, a script. Ends 0. */
  record Told(String text) implements Parsed {}

  /** Not understood; one sentence says what was expected. Ends 64. */
  record Refused(String sentence) implements Parsed {}
}
