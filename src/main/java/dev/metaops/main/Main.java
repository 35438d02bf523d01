package dev.metaops.main;

import dev.metaops.cli.CommandLineWords;
import dev.metaops.cli.Parsed;
import dev.metaops.cli.Rendering;
import dev.metaops.command.Answer;
import dev.metaops.command.Command;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.Need;
import dev.metaops.command.Person;
import dev.metaops.command.ServeCommand;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.LogSection;
import dev.metaops.config.Problem;
import dev.metaops.config.Settings;
import dev.metaops.page.Batched;
import dev.metaops.page.EnvironmentLine;
import dev.metaops.page.Page;
import dev.metaops.reach.Misconfigured;
import dev.metaops.serve.CommandCounts;
import dev.metaops.time.SystemTicker;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
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
        switch (String.join(" ", words)) {
          case "train" -> Training.ofShortCommands(surroundings);
          case "train serve" -> Training.ofServe(surroundings);
          default -> run(words, surroundings);
        };
    out.flush();
    err.flush();
    System.exit(exit.status());
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }

  static ExitCode run(List<String> words, Surroundings surroundings) {
    return CommandLineWords.parse(words).through(new Run(surroundings));
  }

  /** A command line on its way to an exit code. */
  private record Run(Surroundings surroundings) implements Parsed.Door {
    @Override
    public ExitCode tell(String text) {
      surroundings.out().print(text);
      return ExitCode.FINE;
    }

    @Override
    public ExitCode refuse(String sentence) {
      surroundings.err().println("metaops: " + sentence);
      return ExitCode.USAGE;
    }

    @Override
    public ExitCode carryOut(Command command, Shared shared) {
      Optional<Configuration> found = Worlds.find(command, shared, surroundings);
      if (found.isEmpty()) {
        Path missing = Worlds.demoVariables(surroundings);
        return couldNot(
            command,
            List.of(
                "no demo is running: " + missing + " is not there; start one with: metaops demo"));
      }
      Configuration configuration = found.get();
      Person person = new Terminal(surroundings, shared);
      if (command.need() != Need.NOTHING) {
        List<String> obstacles = obstacles(command, configuration);
        if (!obstacles.isEmpty()) {
          return couldNot(command, obstacles);
        }
        if (!isJson(command, configuration.settings())) {
          person.tell(EnvironmentLine.of(configuration.settings()));
        }
      }
      long begun = SystemTicker.SYSTEM.nanos();
      ExitCode exit =
          answer(command, new Conversation(configuration, shared, person, SystemTicker.SYSTEM));
      new CommandCounts(configuration.settings().environment().dataDirectory())
          .ran(command, exit, Duration.ofNanos(SystemTicker.SYSTEM.nanos() - begun));
      return exit;
    }

    /** Then what it says stands on standard error alone, the environment on every line. */
    private static boolean isJson(Command command, Settings settings) {
      return command instanceof ServeCommand && settings.log().format() == LogSection.Format.JSON;
    }

    private static List<String> obstacles(Command command, Configuration configuration) {
      return configuration.problems().isEmpty()
          ? command.need().missingFrom(configuration.settings()).stream().toList()
          : configuration.problems().stream().map(Problem::sentence).toList();
    }

    private ExitCode answer(Command command, Conversation conversation) {
      try {
        return answered(command, conversation);
      } catch (Misconfigured wrong) {
        return couldNot(command, List.of(String.valueOf(wrong.getMessage())));
      } catch (RuntimeException defect) {
        // Left to the JVM it would end with 1, which says "a warning".
        defect.printStackTrace(surroundings.err());
        return couldNot(
            command,
            List.of("a defect of metaops stopped it (above; please report it): " + defect));
      }
    }

    private ExitCode answered(Command command, Conversation conversation) {
      Answer answer = command.askOf(new Wiring(), conversation);
      String rendered = rendered(answer, conversation.shared());
      surroundings.out().print(rendered);
      if (rendered.isEmpty() && conversation.shared().output() == Shared.Output.SAFE) {
        surroundings.err().print(Rendering.text(answer.picture(), Page.Colour.NONE));
      }
      surroundings.out().flush();
      answer.notes().forEach(conversation.person()::tell);
      return answer.exit();
    }

    private String rendered(Answer answer, Shared shared) {
      return switch (shared.output()) {
        case JSON -> Rendering.json(answer.picture());
        case SAFE ->
            answer.picture() instanceof Batched batched ? batched.batch().text() + "\n" : "";
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
  }
}
