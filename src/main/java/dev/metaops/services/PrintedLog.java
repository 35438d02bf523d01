package dev.metaops.services;

import dev.metaops.time.Deadline;
import java.util.List;

/** A log that a supervisor's command line prints. */
final class PrintedLog {
  private PrintedLog() {}

  static Logged of(Tool tool, List<String> words, Deadline deadline) {
    return switch (tool.succeeded(words, deadline)) {
      case Tool.Ran.Failed(String why) -> new Logged.Unread(why);
      case Tool.Ran.Ended(int _, String out, String err) ->
          new Logged.Lines((out + err).lines().toList());
    };
  }
}
