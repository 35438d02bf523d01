package dev.metaops.records;

import dev.metaops.intervention.PlanScreen;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What a record tells, in a phrase. */
public final class RecordWords {
  private static final int MOST_FIELDS = 4;

  private RecordWords() {}

  public static String what(String kind, JsonNode body) {
    if (!body.isObject()) {
      return "its entry cannot be read: metaops audit verify";
    }
    return switch (kind) {
      case "edit" -> edit(body);
      case "plan" -> text(body, "plan") + ": " + move(body) + because(body);
      case "refusal" -> "asked " + text(body, "asked") + ", refused: " + text(body, "why");
      case "would-refuse" -> text(body, "what") + " would be refused (" + text(body, "rule") + ")";
      case "freeze" -> "writing frozen" + because(body);
      case "claim" ->
          "says "
              + body.path("records").size()
              + " edits of "
              + text(body, "login")
              + " were theirs"
              + because(body);
      case "unfreeze" -> text(body, "lifted") + " lifted" + because(body);
      case "restored" -> "vouched for the backup of " + text(body, "backup") + because(body);
      case "journal" ->
          text(body, "what") + ", written down locally at " + text(body, "written_at");
      case "step" ->
          text(body, "plan")
              + ": "
              + text(body, "event").toLowerCase(Locale.ROOT)
              + ", "
              + step(body)
              + (text(body, "why").isEmpty()
                  ? ""
                  : " (" + PlanScreen.why(text(body, "event"), text(body, "why")) + ")");
      case "word" ->
          text(body, "about").equals("plan")
              ? text(body, "plan") + ": signed " + text(body, "decision")
              : "signed that a restoration may end";
      case "outcome" -> text(body, "plan") + ": what came of " + orders(body.path("orders").size());
      case "refuted" ->
          "events taken back of blocks "
              + text(body, "from")
              + " to "
              + text(body, "to")
              + ": "
              + body.path("events").size();
      default -> kind;
    };
  }

  /** Login, application and address, as far as the database could tell. */
  static String origin(JsonNode body) {
    JsonNode connection = body.path("connection");
    var parts = new ArrayList<String>();
    for (String name : List.of("login", "application", "address", "jwt_subject")) {
      String part = text(connection, name);
      if (!part.isEmpty()) {
        parts.add(part);
      }
    }
    return String.join(" ", parts);
  }

  private static String step(JsonNode body) {
    String from = text(body, "from");
    return (from.isEmpty() ? "" : from + " to ") + text(body, "to");
  }

  private static String orders(int count) {
    return count + (count == 1 ? " order" : " orders");
  }

  private static String edit(JsonNode body) {
    return switch (text(body, "table")) {
      case "plan" -> text(body, "plan") + " in our own store itself: state " + move(body);
      case "freeze" -> "freeze " + byHand(body);
      case "went_back" -> "what is remembered of a database that went back, " + byHand(body);
      default -> row(body);
    };
  }

  /** {@code f1 changed by hand: lifted_at, lifted_by}. */
  private static String byHand(JsonNode body) {
    return switch (text(body, "operation")) {
      case "INSERT" ->
          text(body.path("after"), "id") + " put in by hand" + because(body.path("after"));
      case "DELETE" ->
          text(body.path("before"), "id") + " removed by hand" + because(body.path("before"));
      default -> text(body.path("before"), "id") + " changed by hand: " + changes(body);
    };
  }

  private static String row(JsonNode body) {
    if (text(body, "operation").equals("DELETE")) {
      return "row deleted, was " + text(body.path("before"), "state");
    }
    return (text(body, "operation").equals("UPDATE") ? "edited: " : text(body, "operation") + ": ")
        + changes(body);
  }

  private static String changes(JsonNode body) {
    var changes = new ArrayList<String>();
    for (String field : body.path("after").propertyNames()) {
      String before = text(body.path("before"), field);
      String after = text(body.path("after"), field);
      if (before.equals(after) || field.equals("updated_at") || field.equals("state_since")) {
        continue;
      }
      changes.add(field.equals("state") ? "state " + move(body) : field);
    }
    int more = changes.size() - MOST_FIELDS;
    return String.join(", ", changes.subList(0, Math.min(MOST_FIELDS, changes.size())))
        + (more > 0 ? " and " + more + " more" : "");
  }

  private static String move(JsonNode body) {
    return text(body.path("before"), "state") + " to " + text(body.path("after"), "state");
  }

  private static String because(JsonNode body) {
    String reason = text(body, "reason");
    return reason.isEmpty() ? "" : " (" + reason + ")";
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }
}
