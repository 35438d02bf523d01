package dev.metaops.evidence;

import dev.metaops.plan.Approval;
import dev.metaops.plan.KeptPlan;
import dev.metaops.proof.ProofClaim;
import dev.metaops.proof.ProofFile;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What happened, in order, each line with what vouches for it. Pure. */
final class Timeline {
  private static final JsonMapper JSON = new JsonMapper();

  private final List<Moment> moments = new ArrayList<>();

  /**
   * One line.
   *
   * @param at empty where nobody knows
   * @param by what vouches for it
   */
  private record Moment(Optional<Instant> at, String what, String by) {}

  private Timeline() {}

  static Timeline of(Dossier dossier) {
    var timeline = new Timeline();
    dossier.proofs().forEach(timeline::events);
    dossier.records().forEach(timeline::record);
    dossier.plans().forEach(timeline::plan);
    for (Dossier.Change change : dossier.changes()) {
      timeline.add(
          Optional.of(change.at()),
          change.order()
              + ": row "
              + change.from()
              + " to "
              + change.to()
              + " by "
              + change.cause(),
          "the orders database's word");
    }
    timeline.moments.sort(Comparator.comparing(moment -> moment.at().orElse(Instant.EPOCH)));
    return timeline;
  }

  private void add(Optional<Instant> at, String what, String by) {
    moments.add(new Moment(at, printable(what), by));
  }

  private void events(ProofFile file) {
    for (ProofClaim claim : file.claims()) {
      String what =
          file.order()
              + ": "
              + claim.event()
              + " on chain, block "
              + claim.block().number()
              + ", transaction "
              + claim.transaction().text();
      switch (claim.check()) {
        case ProofClaim.Outcome.Holds(var proved, var _) ->
            add(Optional.of(proved.time()), what, "proved under its block's hash");
        case ProofClaim.Outcome.Unproved() -> add(Optional.empty(), what, "a node's word");
        case ProofClaim.Outcome.Refuted(String why) ->
            add(Optional.empty(), what, "NOT PROVED: " + why);
      }
    }
  }

  private void record(Dossier.Sealed sealed) {
    RecordText.read(sealed.entry())
        .ifPresent(record ->
            add(
                time(record.at()),
                record.actor()
                    + ": "
                    + record.kind()
                    + (record.order().isEmpty() ? "" : " of " + record.order())
                    + moved(record)
                    + reason(record),
                "record " + sealed.seal() + " of the log"));
  }

  private static String moved(RecordText record) {
    return record.stateBefore().isEmpty() && record.stateAfter().isEmpty()
        ? ""
        : ", " + record.stateBefore() + " to " + record.stateAfter();
  }

  private static String reason(RecordText record) {
    String plan = record.body().path("plan").asString("");
    String why = record.body().path("reason").asString(record.body().path("why").asString(""));
    return (plan.isEmpty() ? "" : ", plan " + plan) + (why.isEmpty() ? "" : ": " + why);
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException none) {
      return Optional.empty();
    }
  }

  private void plan(Dossier.PlanFound plan) {
    PlanText.read(plan.text())
        .ifPresent(text ->
            add(
                Optional.of(text.plan().createdAt()),
                text.actor()
                    + ": planned "
                    + plan.id()
                    + ", "
                    + text.plan().verb()
                    + " of "
                    + text.plan().moves().size()
                    + (text.plan().moves().size() == 1 ? " order" : " orders"),
                "the plan's own text"));
    for (Approval word : plan.words()) {
      add(
          Optional.of(word.at()),
          word.person() + ": " + word.decision().name().toLowerCase(Locale.ROOT) + " " + plan.id(),
          "signed with " + word.key());
    }
    for (KeptPlan.Turn turn : plan.life()) {
      add(
          Optional.of(turn.at()),
          turn.actor()
              + ": "
              + plan.id()
              + " "
              + (turn.from().isEmpty() ? "kept as" : turn.from() + " to")
              + " "
              + turn.to()
              + (turn.why().isEmpty() ? "" : ": " + turn.why()),
          "our own store's word");
    }
  }

  String text() {
    var text = new StringBuilder();
    for (Moment moment : moments) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-30s  %s  [%s]\n",
              moment.at().map(Instant::toString).orElse("(time not known)"),
              moment.what(),
              moment.by()));
    }
    return text.toString();
  }

  String json() {
    ObjectNode json = JSON.createObjectNode().put("shape", "metaops-evidence-timeline/1");
    ArrayNode all = json.putArray("timeline");
    for (Moment moment : moments) {
      ObjectNode one = all.addObject();
      moment.at().ifPresent(at -> one.put("at", at.toString()));
      one.put("what", moment.what()).put("by", moment.by());
    }
    return json.toPrettyString() + "\n";
  }

  /** One line of a terminal, whatever somebody wrote into a reason. */
  static String printable(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\u2028\\u2029]", "?");
  }
}
