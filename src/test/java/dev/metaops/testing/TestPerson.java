package dev.metaops.testing;

import dev.metaops.command.Person;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Whoever a test lets start a command.
 *
 * @param hears each line that is told or shown
 * @param answers what is typed when asked
 */
public record TestPerson(Consumer<String> hears, Function<String, Optional<String>> answers)
    implements Person {
  /** Is not there, neither to hear nor to answer. */
  public static final TestPerson NOBODY = leaving(_ -> {});

  /** Passes on what it hears, and is not there to answer. */
  public static TestPerson leaving(Consumer<String> hears) {
    return new TestPerson(hears, _ -> Optional.empty());
  }

  /** Writes down what it hears and what it is asked. */
  public static TestPerson listening(
      List<String> heard, Function<String, Optional<String>> answers) {
    return new TestPerson(
        heard::add,
        question -> {
          heard.add(question);
          return answers.apply(question);
        });
  }

  @Override
  public void tell(String sentence) {
    hears.accept(sentence);
  }

  @Override
  public void show(String line) {
    hears.accept(line);
  }

  @Override
  public Optional<String> ask(String question) {
    return answers.apply(question);
  }
}
