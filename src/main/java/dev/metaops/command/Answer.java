package dev.metaops.command;

import dev.metaops.page.Picture;
import dev.metaops.page.Sentence;
import java.util.List;

/**
 * What a command has to say.
 *
 * @param picture what goes to standard output, as text or as JSON
 * @param notes sentences beside it, for standard error
 */
public record Answer(ExitCode exit, Picture picture, List<String> notes) {
  public Answer {
    notes = List.copyOf(notes);
  }

  public static Answer of(ExitCode exit, Picture picture) {
    return new Answer(exit, picture, List.of());
  }

  /** The job could not be done: what, why, and what to do. */
  public static Answer couldNot(String noun, String verb, String sentence) {
    return of(ExitCode.COULD_NOT, new Sentence(noun, verb, sentence));
  }

  /** A guard refused: what, why, and what to do. */
  public static Answer refused(String noun, String verb, String sentence) {
    return of(ExitCode.REFUSED, new Sentence(noun, verb, sentence));
  }
}
