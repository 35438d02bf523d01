package dev.metaops.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How {@code serve} is told what to prove; a build that cannot be told has one way only. */
final class Proving {
  private static final String KEY = "proof";

  private Proving() {}

  /** Whether this checkout's configuration has the key. */
  static boolean isChosen(Path root) {
    try {
      String documented = Files.readString(root.resolve("docs/config.md"));
      int listen = documented.indexOf("## [listen]");
      return listen >= 0 && documented.indexOf("| `" + KEY + "`", listen) > listen;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The line of {@code [listen]} for a mode: checked or proved. */
  static String line(String mode) {
    return KEY + " = \"" + (mode.equals("proved") ? "at-once" : "later") + "\"";
  }
}
