package dev.metaops.meter;

import java.time.Duration;

/** Something a process does again and again. Thread-safe. */
public interface Loop {
  /** For whoever counts nothing. */
  Loop UNCOUNTED = (_, _) -> {};

  /** How a turn ended. */
  enum Turn {
    DONE,
    FAILED
  }

  /** One turn is over. */
  void turned(Turn turn, Duration took);
}
