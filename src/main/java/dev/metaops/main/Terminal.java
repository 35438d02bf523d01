package dev.metaops.main;

import dev.metaops.command.Person;
import dev.metaops.command.Shared;
import dev.metaops.page.Page;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The person at the other end of the standard streams, if there is one. */
final class Terminal implements Person {
  private final Surroundings surroundings;
  private final Shared shared;

  Terminal(Surroundings surroundings, Shared shared) {
    this.surroundings = surroundings;
    this.shared = shared;
  }

  @Override
  public void tell(String sentence) {
    if (shared.talk() == Shared.Talk.NORMAL) {
      surroundings.err().println(Page.printableLines(sentence));
      surroundings.err().flush();
    }
  }

  @Override
  public void show(String line) {
    surroundings.out().println(line);
    surroundings.out().flush();
  }

  @Override
  public Page.Colour colour() {
    return switch (shared.colours()) {
      case NEVER -> Page.Colour.NONE;
      case WHERE_SEEN -> surroundings.colour();
    };
  }

  @Override
  public InputStream input() {
    return surroundings.in();
  }

  @Override
  public Optional<String> ask(String question) {
    if (!surroundings.hasSomeoneToAsk()) {
      return Optional.empty();
    }
    surroundings.err().print(question.endsWith("\n") ? question : question + " ");
    surroundings.err().flush();
    try {
      return Optional.ofNullable(
          new BufferedReader(new InputStreamReader(surroundings.in(), StandardCharsets.UTF_8))
              .readLine());
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
