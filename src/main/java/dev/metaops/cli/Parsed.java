package dev.metaops.cli;

import dev.metaops.command.Command;
import dev.metaops.command.ExitCode;
import dev.metaops.command.Shared;

/**
 * What a command line means. Takes itself through a door rather than being switched over: the first
 * pattern switch of a process costs several milliseconds, and every command comes by here.
 */
public sealed interface Parsed {
  /** What can be done with it. */
  interface Door {
    ExitCode carryOut(Command command, Shared shared);

    ExitCode tell(String text);

    ExitCode refuse(String sentence);
  }

  ExitCode through(Door door);

  /** A command to carry out. */
  record Understood(Command command, Shared shared) implements Parsed {
    @Override
    public ExitCode through(Door door) {
      return door.carryOut(command, shared);
    }
  }

  /** Something to read: help, a group's verbs, the version, a script. Ends 0. */
  record Told(String text) implements Parsed {
    @Override
    public ExitCode through(Door door) {
      return door.tell(text);
    }
  }

  /** Not understood; one sentence says what was expected. Ends 64. */
  record Refused(String sentence) implements Parsed {
    @Override
    public ExitCode through(Door door) {
      return door.refuse(sentence);
    }
  }
}
