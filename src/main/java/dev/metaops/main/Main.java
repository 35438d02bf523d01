package dev.metaops.main;

import dev.metaops.cli.CommandLineWords;
import dev.metaops.cli.Parsed;
import dev.metaops.cli.Rendering;
import dev.metaops.command.Answer;
import dev.metaops.command.Command;
import dev.metaops.command.Conversation;
import dev.metaops.command.EnvironmentLine;
import dev.metaops.command.ExitCode;
import dev.metaops.command.Need;
import dev.metaops.command.Page;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.Problem;
import dev.metaops.time.SystemTicker;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where the process begins: words in, an exit code out. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    PrintStream out = stream(FileDescriptor.out);
    PrintStream err = stream(FileDescriptor.err);
    Surroundings surroundings =
        new Surroundings(
            System.getenv(),
            Path.of("").toAbsolutePath(),
            Path.of(System.getProperty("user.home", ".")),
            Set.of(System.getProperty("metaops.terminals", "").split(",", -1)),
            System.in,
            out,
            err);
    List<String> words = List.of(arguments);
    ExitCode exit =
        words.equals(List.of("train")) ? Training.run(surroundings) : run(words, surroundings);
    out.flush();
    err.flush();
    System.exit(exit.status());
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }

  static ExitCode run(List<String> words, Surroundings surroundings) {
    return switch (CommandLineWords.parse(words)) {
      case Parsed.Told(String text) -> {
        surroundings.out().print(text);
        yield ExitCode.FINE;
      }
      case Parsed.Refused(String sentence) -> {
        surroundings.err().println("metaops: " + sentence);
        yield ExitCode.USAGE;
      }
      case Parsed.Understood(Command command, Shared shared) ->
          new Run(surroundings, shared).carryOut(command);
    };
  }

  /** One command on its way from words to an answer. */
  private record Run(Surroundings surroundings, Shared shared) {
    ExitCode carryOut(Command command) {
      return switch (Worlds.of(shared, surroundings)) {
        case Worlds.NoDemo(String sentence) -> couldNot(command, List.of(sentence));
        case Worlds.Found(Configuration configuration) -> {
          if (command.need() != Need.NOTHING) {
            List<String> problems =
                configuration.problems().stream().map(Problem::sentence).toList();
            if (!problems.isEmpty()) {
              yield couldNot(command, problems);
            }
            Optional<String> missing = command.need().missingFrom(configuration.settings());
            if (missing.isPresent()) {
              yield couldNot(command, List.of(missing.get()));
            }
            tell(EnvironmentLine.of(configuration.settings()));
          }
          yield answer(command, configuration);
        }
      };
    }

    private ExitCode answer(Command command, Configuration configuration) {
      Conversation conversation =
          new Conversation(
              configuration, shared, new Terminal(surroundings, shared), SystemTicker.SYSTEM);
      Answer answer = command.askOf(new Wiring(), conversation);
      surroundings.out().print(rendered(answer));
      surroundings.out().flush();
      answer.notes().forEach(this::tell);
      return answer.exit();
    }

    private String rendered(Answer answer) {
      return switch (shared.output()) {
        case JSON -> Rendering.json(answer.picture());
        case TABLE ->
            Rendering.text(
                answer.picture(),
                switch (shared.colours()) {
                  case NEVER -> Page.Colour.NONE;
                  case WHERE_SEEN -> surroundings.colour();
                });
      };
    }

    /** A refusal is said even with {@code --quiet}. */
    private ExitCode couldNot(Command command, List<String> sentences) {
      for (String sentence : sentences) {
        surroundings.err().println("metaops " + command.name() + ": " + sentence);
      }
      return ExitCode.COULD_NOT;
    }

    private void tell(String sentence) {
      if (shared.talk() == Shared.Talk.NORMAL) {
        surroundings.err().println(sentence);
        surroundings.err().flush();
      }
    }
  }
}
