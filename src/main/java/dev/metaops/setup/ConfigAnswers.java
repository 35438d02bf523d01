package dev.metaops.setup;

import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.ConfigCommand;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.Need;
import dev.metaops.config.Configuration;
import dev.metaops.config.Problem;
import dev.metaops.config.Settings;
import dev.metaops.config.Value;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers {@code config}. */
public final class ConfigAnswers implements Answers<ConfigCommand> {
  @Override
  public Answer to(ConfigCommand command, Conversation conversation) {
    Configuration configuration = conversation.configuration();
    return switch (command) {
      case ConfigCommand.Show _ -> show(configuration);
      case ConfigCommand.Init init -> new ConfigInit(init, conversation).answer();
      case ConfigCommand.Check _ -> check(configuration);
    };
  }

  private static Answer show(Configuration configuration) {
    ExitCode exit = configuration.problems().isEmpty() ? ExitCode.FINE : ExitCode.COULD_NOT;
    List<String> notes = new ArrayList<>();
    configuration.problems().forEach(problem -> notes.add(problem.sentence()));
    Need.ORDERS_AND_CHAIN.missingFrom(configuration.settings()).ifPresent(notes::add);
    return new Answer(exit, new Shown(configuration.settings(), configuration.values()), notes);
  }

  private static Answer check(Configuration configuration) {
    List<String> missing =
        Need.ORDERS_AND_CHAIN.missingFrom(configuration.settings()).stream().toList();
    boolean isFine = configuration.problems().isEmpty() && missing.isEmpty();
    return Answer.of(
        isFine ? ExitCode.FINE : ExitCode.COULD_NOT,
        new Checked(configuration.problems(), missing));
  }

  private record Shown(Settings settings, List<Value> values) implements Picture {
    @Override
    public String shape() {
      return "config-show/1";
    }

    @Override
    public void drawText(Page page) {
      Table table = new Table().column("key").column("value").column("from");
      for (Value value : values) {
        String shown = isDataDirectory(value) ? directory() : value.shown();
        table.row(value.key().path(), shown.isEmpty() ? "–" : shown, value.origin().text());
      }
      page.table(table);
    }

    @Override
    public void drawJson(ObjectNode into) {
      ArrayNode array = into.putArray("values");
      for (Value value : values) {
        array
            .addObject()
            .put("key", value.key().path())
            .put("value", isDataDirectory(value) ? directory() : value.shown())
            .put("from", value.origin().text());
      }
    }

    private String directory() {
      return settings.environment().dataDirectory().toString();
    }

    private static boolean isDataDirectory(Value value) {
      return value.key().path().equals("environment.data-dir");
    }
  }

  private record Checked(List<Problem> problems, List<String> missing) implements Picture {
    @Override
    public String shape() {
      return "config-check/1";
    }

    @Override
    public void drawText(Page page) {
      problems.forEach(problem -> page.line(Ink.BAD, problem.sentence()));
      missing.forEach(sentence -> page.line(Ink.WARNING, sentence));
      if (problems.isEmpty() && missing.isEmpty()) {
        page.line(Ink.GOOD, "The configuration is complete and every value can be read.");
      }
    }

    @Override
    public void drawJson(ObjectNode into) {
      ArrayNode found = into.putArray("problems");
      for (Problem problem : problems) {
        found
            .addObject()
            .put("key", problem.key())
            .put("value", problem.value())
            .put("expectation", problem.expectation())
            .put("from", problem.origin().text());
      }
      ArrayNode absent = into.putArray("missing");
      missing.forEach(absent::add);
    }
  }
}
