package dev.metaops.checkup;

import static dev.metaops.page.Html.element;
import static dev.metaops.page.Html.text;

import dev.metaops.checkup.Readiness.Finding;
import dev.metaops.checkup.Readiness.Item;
import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.HealthCommand;
import dev.metaops.command.Need;
import dev.metaops.command.ReadinessCommand;
import dev.metaops.config.Settings;
import dev.metaops.health.Condition;
import dev.metaops.health.Report;
import dev.metaops.health.Result;
import dev.metaops.look.Examination;
import dev.metaops.look.HealthDrawing;
import dev.metaops.look.KeysLook;
import dev.metaops.orders.Update;
import dev.metaops.page.EnvironmentLine;
import dev.metaops.page.Html;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.time.Ages;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers {@code readiness}: measures what can be measured today, and says what cannot. */
public final class ReadinessAnswers implements Answers<ReadinessCommand> {
  private static final Duration WINDOW = Duration.ofDays(30);
  private static final Duration MOST_FOR_RECORD = Duration.ofMillis(1_400);
  private static final int MOST_UPDATES = 1_000;

  @Override
  public Answer to(ReadinessCommand command, Conversation conversation) {
    return switch (command) {
      case ReadinessCommand.Report report -> report(report, conversation);
    };
  }

  private static Answer report(ReadinessCommand.Report command, Conversation conversation) {
    Report health = HealthAnswers.Seen.of(HealthCommand.Subject.FULL, conversation).report();
    Readiness readiness = measured(health, conversation);
    ExitCode exit =
        (readiness.isReady() ? ExitCode.FINE : ExitCode.WARNING)
            .worst(HealthDrawing.exit(health.overall()));
    Screen screen = new Screen(readiness, EnvironmentLine.of(conversation.settings()));
    return command
        .html()
        .map(file -> written(file, screen, exit, conversation))
        .orElseGet(() -> Answer.of(exit, screen));
  }

  private static Answer written(
      Path named, Screen screen, ExitCode exit, Conversation conversation) {
    Path file = conversation.configuration().where().workingDirectory().resolve(named);
    try {
      Files.writeString(file, screen.html());
    } catch (IOException refused) {
      return Answer.couldNot(
          "readiness", "", file + " cannot be written: " + refused + " (--html says where)");
    }
    return new Answer(exit, screen, List.of("written to " + file));
  }

  private static Readiness measured(Report health, Conversation conversation) {
    Map<Item, Finding> findings = new EnumMap<>(Item.class);
    for (Item item : Item.values()) {
      findings.put(
          item,
          switch (item) {
            case ENVIRONMENT -> environment(conversation.settings());
            case ENDPOINTS -> endpoints(health, conversation.ticker().now());
            case CONTACTS ->
                new Finding.NotMeasured("no contacts are kept here yet (oncall comes later)");
            case DRILLS -> new Finding.NotMeasured("no drill is on record (drill comes later)");
            case RUNBOOK ->
                new Finding.NotMeasured("no run of a line is on record (runbook comes later)");
            case KEYS -> keys(health);
            case MONITORING ->
                new Finding.NotMeasured("whether anything watches is not known here yet");
            case DETECTION, RESPONSE, RECOVERY ->
                new Finding.NotMeasured("n 0: no incident is on record");
            case AUDIT_COVERAGE -> coverage(conversation);
          });
    }
    return new Readiness(conversation.ticker().now(), findings);
  }

  private static Finding environment(Settings settings) {
    String line = EnvironmentLine.of(settings);
    return Need.ORDERS_AND_CHAIN
        .missingFrom(settings)
        .<Finding>map(Finding.Fails::new)
        .orElseGet(() ->
            settings.chain().expectedChainId().isEmpty()
                ? new Finding.Fails("the chain's id is not set (EXPECTED_CHAIN_ID); " + line)
                : new Finding.Holds(line));
  }

  private static Finding endpoints(Report health, Instant now) {
    List<Result> endpoints =
        health.results().stream()
            .filter(result ->
                switch (result.component()) {
                  case Examination.DATABASE, Examination.BLOCKCHAIN, Examination.LISTENER -> true;
                  default -> false;
                })
            .toList();
    if (endpoints.isEmpty()) {
      return new Finding.NotMeasured("nothing is configured that could be tested");
    }
    List<Result> bad =
        endpoints.stream().filter(result -> result.condition() != Condition.UP).toList();
    String tested = "tested " + now.truncatedTo(ChronoUnit.SECONDS) + ": ";
    return bad.isEmpty()
        ? new Finding.Holds(
            tested
                + endpoints.stream()
                    .map(Result::component)
                    .distinct()
                    .collect(Collectors.joining(", ")))
        : new Finding.Fails(
            tested
                + bad.stream()
                    .map(result ->
                        result.component()
                            + " "
                            + result.condition()
                            + ", "
                            + result.diagnosis().sentence())
                    .collect(Collectors.joining("; ")));
  }

  private static Finding keys(Report health) {
    return health.results().stream()
        .filter(result -> result.component().equals(KeysLook.COMPONENT))
        .findFirst()
        .<Finding>map(result ->
            result.condition() == Condition.DOWN
                ? new Finding.Fails(result.diagnosis().sentence())
                : new Finding.NotMeasured(
                    result.diagnosis().sentence() + "; of unknown age: no rotation is on record"))
        .orElseGet(() -> new Finding.NotMeasured(KeysLook.NOT_CONFIGURED));
  }

  private static Finding coverage(Conversation conversation) {
    Deadline deadline = Deadline.in(MOST_FOR_RECORD, conversation.ticker());
    try (Books books = Books.open(conversation, "metaops readiness", deadline)) {
      if (!books.isFolded()) {
        return new Finding.NotMeasured(
            "whose a change was is on record only where metaops keeps the record of this table");
      }
      List<Update> updates =
          books.orders().updatesSince(books.orders().now().minus(WINDOW), MOST_UPDATES);
      if (updates.size() >= MOST_UPDATES) {
        return new Finding.NotMeasured(
            "more than "
                + MOST_UPDATES
                + " changes in "
                + Ages.of(WINDOW)
                + ", only the newest were read (metaops db updates)");
      }
      List<Update> manual =
          updates.stream()
              .filter(update ->
                  switch (update.origin()) {
                    case INTERVENTION, CLAIMED, UNATTRIBUTED -> true;
                    default -> false;
                  })
              .toList();
      long without =
          manual.stream().filter(update -> update.origin() == Update.Origin.UNATTRIBUTED).count();
      String words =
          "n "
              + manual.size()
              + (manual.size() == 0
                  ? ""
                  : ": " + 100 * (manual.size() - without) / manual.size() + " %")
              + " in "
              + Ages.of(WINDOW);
      return manual.isEmpty()
          ? new Finding.NotMeasured(words)
          : without == 0
              ? new Finding.Holds(words)
              : new Finding.Fails(words + "; " + without + " belong to nobody (audit claim)");
    } catch (SQLException unread) {
      return new Finding.NotMeasured(DatabaseWords.of(unread));
    }
  }

  private record Screen(Readiness readiness, String environment) implements Picture {
    private static final String STYLE =
        """
        :root{color-scheme:light dark}
        body{margin:0 auto;max-width:52rem;padding:1rem;font:16px/1.45 system-ui,sans-serif;
        overflow-wrap:anywhere}
        h1{font-size:1.5rem}
        section{border:1px solid #8886;border-left:.4rem solid #8888;border-radius:.4rem;
        padding:.5rem .8rem;margin:.6rem 0}
        .Holds{border-left-color:#1a7f4b}.Fails{border-left-color:#d03a30}
        .NotMeasured{border-left-color:#8250c4}
        p{margin:.2rem 0}.faint{opacity:.7;font-size:.85rem}
        """;

    private static String word(Finding finding) {
      return switch (finding) {
        case Finding.Holds _ -> "HOLDS";
        case Finding.Fails _ -> "FAILS";
        case Finding.NotMeasured _ -> "NOT MEASURED";
      };
    }

    private static Ink ink(Finding finding) {
      return switch (finding) {
        case Finding.Holds _ -> Ink.GOOD;
        case Finding.Fails _ -> Ink.BAD;
        case Finding.NotMeasured _ -> Ink.WARNING;
      };
    }

    @Override
    public String shape() {
      return "readiness/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(readiness.isReady() ? Ink.GOOD : Ink.BAD, readiness.sentence());
      for (Item item : Item.values()) {
        Finding finding = readiness.of(item);
        page.line(
            ink(finding),
            String.format("%-13s %s: %s", word(finding), item.title(), item.expected()));
        HealthScreen.wrapped(List.of(finding.words().split(" ", -1)), " ")
            .forEach(line -> page.line(Ink.FAINT, "              " + line));
      }
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("ready", readiness.isReady())
          .put("sentence", readiness.sentence())
          .put("environment", environment)
          .put("at", readiness.at().toString());
      ArrayNode items = into.putArray("items");
      for (Item item : Item.values()) {
        Finding finding = readiness.of(item);
        items
            .addObject()
            .put("item", item.name())
            .put("state", word(finding).replace(' ', '_'))
            .put("measured", finding.words())
            .put("expected", item.expected());
      }
    }

    String html() {
      return Html.page(
          readiness.sentence(),
          STYLE,
          element("h1", text(readiness.sentence())),
          element(
              "p",
              "faint",
              text(environment + " · measured " + readiness.at().truncatedTo(ChronoUnit.SECONDS))),
          Html.all(Arrays.stream(Item.values()).map(this::section).toList()));
    }

    private Html section(Item item) {
      Finding finding = readiness.of(item);
      return element(
          "section",
          finding.getClass().getSimpleName(),
          element("p", element("b", text(item.title() + ": " + word(finding)))),
          element("p", text(finding.words())),
          element("p", "faint", text("expected: " + item.expected())));
    }
  }
}
