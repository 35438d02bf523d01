package dev.metaops.checkup;

import dev.metaops.connection.Hop;
import dev.metaops.connection.Outcome;
import dev.metaops.connection.Outcome.Gravity;
import dev.metaops.connection.StatusPages.Word;
import dev.metaops.connection.Step;
import dev.metaops.connection.Traced;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Every way, how far it led, and what the vendors say of themselves. */
record ConnectionsScreen(List<Traced> traced, List<Word> words, List<String> notes, Instant at)
    implements Picture {
  @Override
  public String shape() {
    return "connections-test/1";
  }

  @Override
  public void drawText(Page page) {
    page.line(Ink.STRONG, headline());
    var table = new Table().column("").column("").column("").column("").column("");
    for (Traced each : traced) {
      table.row(
          List.of(
              Table.Cell.of(ink(each.gravity()), mark(each.gravity())),
              Table.Cell.of(each.subject()),
              Table.Cell.of(each.place()),
              Table.Cell.of(Ink.FAINT, hops(each)),
              Table.Cell.of(arrived(each))));
    }
    page.table(table);
    for (Traced each : traced) {
      each.steps().forEach(step -> drawStep(page, each, step));
    }
    words.forEach(word -> page.line(ink(word), sentence(word)));
    notes.forEach(note -> page.line(Ink.FAINT, note));
  }

  private static void drawStep(Page page, Traced each, Step step) {
    Outcome outcome = step.outcome();
    if (outcome.gravity() != Gravity.WELL) {
      page.line(
          ink(outcome.gravity()),
          each.subject() + " " + each.place() + ": " + step.hop().word() + ": " + outcome.seen());
      page.line(Ink.STRONG, "  next: " + outcome.next());
    } else if (step.hop() == Hop.TLS) {
      page.line(Ink.FAINT, each.subject() + " " + each.place() + ": tls: " + outcome.seen());
    }
  }

  private String headline() {
    List<String> counts = new ArrayList<>();
    for (Gravity gravity : Gravity.values()) {
      long count = traced.stream().filter(each -> each.gravity() == gravity).count();
      if (count > 0) {
        counts.add(count + " " + mark(gravity));
      }
    }
    return traced.size()
        + (traced.size() == 1 ? " connection: " : " connections: ")
        + (counts.isEmpty() ? "none" : String.join(", ", counts));
  }

  private static String hops(Traced each) {
    return each.steps().stream()
        .map(step ->
            step.hop().word()
                + " "
                + step.took().toMillis()
                + " ms"
                + (step.outcome() instanceof Outcome.Failed ? " failed" : ""))
        .collect(Collectors.joining(", "));
  }

  /** What the last hop saw, when the way led there. */
  private static String arrived(Traced each) {
    return each.gravity() == Gravity.DOWN || each.steps().isEmpty()
        ? ""
        : each.steps().getLast().outcome().seen();
  }

  private static String mark(Gravity gravity) {
    return switch (gravity) {
      case WELL -> "well";
      case WARNING -> "warning";
      case ALARMING -> "critical";
      case DOWN -> "down";
    };
  }

  private static Ink ink(Gravity gravity) {
    return switch (gravity) {
      case WELL -> Ink.GOOD;
      case WARNING -> Ink.WARNING;
      case ALARMING, DOWN -> Ink.BAD;
    };
  }

  private static Ink ink(Word word) {
    return switch (word) {
      case Word.Said said when said.indicator().equals("none") -> Ink.PLAIN;
      case Word.Said _ -> Ink.WARNING;
      case Word.NotReachable _ -> Ink.FAINT;
    };
  }

  private static String sentence(Word word) {
    return switch (word) {
      case Word.Said(String vendor, String indicator, String description) ->
          vendor + " says of itself: " + description + " (" + indicator + ")";
      case Word.NotReachable(String vendor, String why) ->
          vendor + "'s status page is not reachable: " + why;
    };
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("at", at.toString());
    ArrayNode connections = into.putArray("connections");
    for (Traced each : traced) {
      ObjectNode json =
          connections
              .addObject()
              .put("subject", each.subject())
              .put("place", each.place())
              .put("gravity", each.gravity().name());
      ArrayNode hops = json.putArray("hops");
      for (Step step : each.steps()) {
        ObjectNode hop =
            hops.addObject()
                .put("hop", step.hop().word())
                .put("took_ms", step.took().toMillis())
                .put("gravity", step.outcome().gravity().name())
                .put("seen", step.outcome().seen());
        if (!step.outcome().next().isEmpty()) {
          hop.put("next", step.outcome().next());
        }
      }
    }
    ArrayNode vendors = into.putArray("vendors");
    for (Word word : words) {
      ObjectNode json = vendors.addObject().put("vendor", word.vendor());
      switch (word) {
        case Word.Said(_, String indicator, String description) ->
            json.put("indicator", indicator).put("description", description);
        case Word.NotReachable(_, String why) -> json.put("unreachable", why);
      }
    }
    ArrayNode others = into.putArray("notes");
    notes.forEach(others::add);
  }
}
