package dev.metaops.services;

import java.util.List;

/** What a service wrote. */
public sealed interface Logged {
  /** The newest lines, oldest first. */
  record Lines(List<String> lines) implements Logged {
    public Lines {
      lines = List.copyOf(lines);
    }
  }

  record Unread(String why) implements Logged {}
}
