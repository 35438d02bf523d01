package dev.metaops.command;

import dev.metaops.page.Page;
import java.io.InputStream;
import java.util.Optional;

/** Whoever started the command. */
public interface Person {
  /** A line of progress or a note on standard error; nothing with {@code --quiet}. */
  void tell(String sentence);

  /** A line on standard output at once, for commands that run for long. */
  void show(String line);

  /** Whether what is shown carries colours. */
  default Page.Colour colour() {
    return Page.Colour.NONE;
  }

  /**
   * Standard input, for a command that was told to read it; whoever asks afterwards finds nobody.
   */
  default InputStream input() {
    return InputStream.nullInputStream();
  }

  /**
   * Shows the question, in a line of its own when it ends one, and reads one line; empty when
   * nobody is there to answer.
   */
  Optional<String> ask(String question);
}
