package dev.metaops.journal;

import java.nio.file.Path;

/** The local journal cannot be read or written. */
public final class JournalUnavailable extends Exception {
  private static final long serialVersionUID = 1L;

  JournalUnavailable(Path file, String why) {
    super("journal " + file + ": " + why);
  }

  JournalUnavailable(Path file, Exception cause) {
    super(
        "journal "
            + file
            + ": "
            + cause.getClass().getSimpleName()
            + (cause.getMessage() == null ? "" : " " + cause.getMessage())
            + " (is METAOPS_DATA_DIR a directory of yours, with space left?)",
        cause);
  }

  /** What, why and what to do. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
