package dev.metaops.telemetry;

import java.util.function.Consumer;

/** Hears what a part of a process says. Thread-safe. */
@FunctionalInterface
public interface Said extends Consumer<String> {
  /**
   * Something of our own went wrong, and the part goes on. Never for what is to be expected: a
   * database that is down is a finding.
   */
  default void defect(String sentence, Throwable defect) {
    accept(sentence);
  }
}
