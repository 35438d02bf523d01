package dev.metaops.deployment;

import dev.metaops.chain.Address;
import dev.metaops.command.Answer;
import dev.metaops.command.ExitCode;
import dev.metaops.contract.Check;
import dev.metaops.contract.EventCensus;
import dev.metaops.contract.Grade;
import dev.metaops.contract.Upgrade;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was looked at of the contract.
 *
 * @param shape of its JSON
 * @param part what was asked for
 * @param read from which node, at which blocks; empty when none answered
 * @param sections checks by part, in the order they were made
 */
record ContractReport(
    String shape,
    String part,
    Instant at,
    Address contract,
    Optional<ContractPanel.Member.Up> read,
    List<Section> sections,
    List<EventCensus.Seen> events,
    Optional<Upgrade.History> history)
    implements Picture {

  ContractReport {
    sections = List.copyOf(sections);
    events = List.copyOf(events);
  }

  /** The checks of one part. */
  record Section(String part, List<Check> checks) {
    Section {
      checks = List.copyOf(checks);
    }
  }

  Answer answer() {
    ExitCode exit =
        checks().stream().map(check -> exit(check.grade())).reduce(ExitCode.FINE, ExitCode::worst);
    return Answer.of(exit, this);
  }

  private List<Check> checks() {
    return sections.stream().flatMap(section -> section.checks().stream()).toList();
  }

  private static ExitCode exit(Grade grade) {
    return switch (grade) {
      case FINE, NOTED -> ExitCode.FINE;
      case WARNING -> ExitCode.WARNING;
      case UNKNOWN -> ExitCode.COULD_NOT;
      case CRITICAL -> ExitCode.CRITICAL;
    };
  }

  private static Ink ink(Grade grade) {
    return switch (grade) {
      case FINE -> Ink.GOOD;
      case NOTED -> Ink.FAINT;
      case WARNING, UNKNOWN -> Ink.WARNING;
      case CRITICAL -> Ink.BAD;
    };
  }

  private String headline() {
    Map<Grade, Long> counts = new EnumMap<>(Grade.class);
    checks().forEach(check -> counts.merge(check.grade(), 1L, Long::sum));
    String found =
        counts.entrySet().stream()
            .map(count -> count.getValue() + " " + count.getKey().name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    return "escrow "
        + contract
        + read.map(up ->
                " on chain "
                    + up.chainId()
                    + " at block "
                    + up.head().latest().number()
                    + " (settled "
                    + up.settled().number()
                    + ", by "
                    + up.place()
                    + ")")
            .orElse("")
        + ": "
        + found;
  }

  @Override
  public void drawText(Page page) {
    page.line(Ink.STRONG, headline());
    var table = new Table().column("").column("").column("found").column("expected");
    for (Section section : sections) {
      for (Check check : section.checks()) {
        table.row(
            List.of(
                Table.Cell.of(ink(check.grade()), check.grade().name()),
                Table.Cell.of(check.subject()),
                Table.Cell.of(check.found()),
                Table.Cell.of(Ink.FAINT, check.expected())));
      }
    }
    page.table(table);
    drawEvents(page);
    history.ifPresent(found -> drawHistory(page, found));
    next().ifPresent(next -> page.line(Ink.STRONG, "next: " + next));
  }

  private Optional<String> next() {
    return checks().stream()
        .filter(check -> check.next().isPresent())
        .reduce((one, other) -> other.grade().compareTo(one.grade()) > 0 ? other : one)
        .flatMap(Check::next);
  }

  private void drawEvents(Page page) {
    if (events.isEmpty()) {
      return;
    }
    var table = new Table().column("events", Table.Side.RIGHT).column("").column("");
    for (EventCensus.Seen seen : events) {
      table.row(
          Long.toString(seen.count()), seen.name(), seen.kind().name().toLowerCase(Locale.ROOT));
    }
    page.table(table);
  }

  private static void drawHistory(Page page, Upgrade.History history) {
    page.line(
        Ink.FAINT,
        history.upgrades().isEmpty()
            ? "no upgrade was announced since block " + history.from()
            : "announced upgrades since block " + history.from() + ":");
    for (Upgrade upgrade : history.upgrades()) {
      page.line("  block " + upgrade.block() + "  " + upgrade.what() + " " + upgrade.to());
    }
    if (!history.isWhole()) {
      page.line(
          Ink.WARNING,
          "older blocks were not read (from "
              + history.wanted()
              + " on; set escrow.from-block, or a longer --timeout)");
    }
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("at", at.truncatedTo(ChronoUnit.MILLIS).toString())
        .put("part", part)
        .put("contract", contract.text());
    read.ifPresent(up ->
        into.put("provider", up.place())
            .put("chain_id", up.chainId())
            .put("head", up.head().latest().number())
            .put("settled", up.settled().number()));
    ArrayNode array = into.putArray("checks");
    for (Section section : sections) {
      for (Check check : section.checks()) {
        ObjectNode json =
            array
                .addObject()
                .put("part", section.part())
                .put("grade", check.grade().name())
                .put("symptom", check.symptom().text())
                .put("subject", check.subject())
                .put("expected", check.expected())
                .put("found", check.found());
        check.next().ifPresent(next -> json.put("next", next));
      }
    }
    drawEventsJson(into);
    history.ifPresent(found -> drawHistoryJson(into, found));
  }

  private void drawEventsJson(ObjectNode into) {
    ArrayNode array = into.putArray("events");
    for (EventCensus.Seen seen : events) {
      ObjectNode json =
          array
              .addObject()
              .put("name", seen.name())
              .put("kind", seen.kind().name())
              .put("count", seen.count());
      seen.topic().ifPresent(topic -> json.put("topic", topic.text()));
    }
  }

  private static void drawHistoryJson(ObjectNode into, Upgrade.History history) {
    ObjectNode json =
        into.putObject("history").put("from_block", history.from()).put("whole", history.isWhole());
    ArrayNode upgrades = json.putArray("upgrades");
    for (Upgrade upgrade : history.upgrades()) {
      upgrades
          .addObject()
          .put("block", upgrade.block())
          .put("transaction", upgrade.transaction().text())
          .put("what", upgrade.what())
          .put("to", upgrade.to().text());
    }
  }

  /** Collects a report while it is made. Not thread-safe. */
  static final class Draft {
    private final List<Section> sections = new ArrayList<>();
    private List<EventCensus.Seen> events = List.of();
    private Optional<Upgrade.History> history = Optional.empty();

    void add(String part, List<Check> checks) {
      sections.add(new Section(part, checks));
    }

    void events(List<EventCensus.Seen> seen) {
      events = seen;
    }

    void history(Upgrade.History found) {
      history = Optional.of(found);
    }

    ContractReport report(String shape, String part, Instant at, ContractPanel panel) {
      return new ContractReport(
          shape, part, at, panel.contract(), panel.first(), sections, events, history);
    }
  }
}
