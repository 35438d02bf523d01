package dev.metaops.command;

import dev.metaops.health.Condition;
import dev.metaops.health.Report;
import dev.metaops.health.Result;
import dev.metaops.health.Vital;
import dev.metaops.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers {@code health}. */
public final class HealthAnswers implements Answers<HealthCommand> {
  /** Of the 3 s a person is promised, what is left after starting and before drawing. */
  static final Duration QUICK = Duration.ofMillis(1_900);

  @Override
  public Answer to(HealthCommand command, Conversation conversation) {
    return switch (command) {
      case HealthCommand.Lies lies -> LiesAnswer.of(lies, conversation);
      case HealthCommand.Quick _ -> examined(command, Examination.COMPONENTS, conversation);
      case HealthCommand.Database _ ->
          examined(command, EnumSet.of(Examination.Part.DATABASE), conversation);
      case HealthCommand.Blockchain _ ->
          examined(
              command,
              EnumSet.of(Examination.Part.BLOCKCHAIN, Examination.Part.RECORD),
              conversation);
      case HealthCommand.Services _ ->
          ServicesAnswers.unusable(conversation)
              .map(why -> Answer.couldNot("health", "services", why))
              .orElseGet(
                  () -> examined(command, EnumSet.of(Examination.Part.SERVICES), conversation));
      case HealthCommand.Listener _ ->
          examined(command, EnumSet.of(Examination.Part.LISTENER), conversation);
    };
  }

  private static Answer examined(
      HealthCommand command, Set<Examination.Part> parts, Conversation conversation) {
    Deadline deadline = Reach.deadline(conversation);
    boolean isQuick = command instanceof HealthCommand.Quick;
    Examination examination =
        Examination.of(conversation, parts, isQuick ? deadline.atMost(QUICK) : deadline);
    Report report = examination.report();
    List<String> absent = isQuick ? absent(conversation) : List.of();
    return new Answer(
        exit(report.overall()),
        new Screen(
            command.name().replace(' ', '-'),
            report,
            examination.record(),
            absent,
            isQuick ? Detail.SENTENCES : Detail.VALUES),
        examination.record().flatMap(ChainRecord::note).stream().toList());
  }

  /** SPEC §4: a command that judges treats what is down, wrong or not checkable as a finding. */
  static ExitCode exit(Condition condition) {
    return switch (condition) {
      case UP -> ExitCode.FINE;
      case DEGRADED -> ExitCode.WARNING;
      case DOWN, UNKNOWN -> ExitCode.CRITICAL;
    };
  }

  static Ink ink(Condition condition) {
    return switch (condition) {
      case UP -> Ink.GOOD;
      case DEGRADED -> Ink.WARNING;
      case DOWN, UNKNOWN -> Ink.BAD;
    };
  }

  private static List<String> absent(Conversation conversation) {
    List<String> absent = new ArrayList<>();
    if (conversation.settings().orders().door().isEmpty()) {
      absent.add("database and listener: not configured (set DATABASE_URL)");
    }
    if (conversation.settings().chain().providers().isEmpty()) {
      absent.add("blockchain: not configured (set RPC_URL)");
    }
    return absent;
  }

  private enum Detail {
    SENTENCES,
    VALUES
  }

  private record Screen(
      String noun, Report report, Optional<ChainRecord> record, List<String> absent, Detail detail)
      implements Picture {
    @Override
    public String shape() {
      return noun + "/1";
    }

    @Override
    public void drawText(Page page) {
      drawResults(page, report);
      absent.forEach(sentence -> page.line(Ink.FAINT, sentence));
      if (detail == Detail.VALUES) {
        for (Result result : report.results()) {
          drawVitals(page, result);
        }
      }
      report.results().stream()
          .filter(result -> result.condition() != Condition.UP)
          .flatMap(result -> result.diagnosis().next().stream())
          .filter(next -> !next.equals("metaops " + noun.replace('-', ' ')))
          .findFirst()
          .ifPresent(next -> page.line(Ink.STRONG, "next: " + next));
    }

    @Override
    public void drawJson(ObjectNode into) {
      HealthAnswers.drawJson(into, report);
      record.ifPresent(found -> found.drawJson(into));
      ArrayNode missing = into.putArray("not_configured");
      absent.forEach(missing::add);
    }
  }

  private static void drawResults(Page page, Report report) {
    var table = new Table().column("").column("").column("").column("");
    for (Result result : report.results()) {
      table.row(
          List.of(
              Table.Cell.of(ink(result.condition()), result.condition().name()),
              Table.Cell.of(result.component()),
              Table.Cell.of(Ink.FAINT, result.took().toMillis() + " ms"),
              Table.Cell.of(result.diagnosis().sentence())));
    }
    page.table(table);
  }

  static void drawVitals(Page page, Result result) {
    if (result.diagnosis().vitals().isEmpty()) {
      return;
    }
    page.blank();
    var table =
        new Table()
            .column(result.subject().isEmpty() ? "measured" : result.subject())
            .column("value")
            .column("expected");
    for (Vital vital : result.diagnosis().vitals()) {
      table.row(
          List.of(
              Table.Cell.of(vital.name()),
              Table.Cell.of(
                  vital.condition() == Condition.UP ? Ink.PLAIN : ink(vital.condition()),
                  vital.value()),
              Table.Cell.of(Ink.FAINT, vital.threshold())));
    }
    page.table(table);
  }

  static void drawJson(ObjectNode into, Report report) {
    into.put("overall", report.overall().name());
    ArrayNode results = into.putArray("results");
    for (Result result : report.results()) {
      ObjectNode json =
          results
              .addObject()
              .put("component", result.component())
              .put("subject", result.subject())
              .put("condition", result.condition().name())
              .put("sentence", result.diagnosis().sentence())
              .put("at", result.at().toString())
              .put("took_ms", result.took().toMillis());
      result.diagnosis().next().ifPresent(next -> json.put("next", next));
      ArrayNode vitals = json.putArray("vitals");
      for (Vital vital : result.diagnosis().vitals()) {
        vitals
            .addObject()
            .put("name", vital.name())
            .put("value", vital.value())
            .put("expected", vital.threshold())
            .put("condition", vital.condition().name());
      }
    }
  }
}
