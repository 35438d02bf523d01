package dev.metaops.database;

import dev.metaops.order.OrderState;
import dev.metaops.plan.FrozenPlan;
import dev.metaops.records.RecordWords;
import dev.metaops.restore.MarkStore;
import dev.metaops.restore.RestoreStore;
import dev.metaops.restore.Sealed;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was done to orders and a restored database no longer remembers.
 *
 * @param at as it was written down
 * @param what in a phrase
 * @param need whether anybody has to do it again
 */
record LostRecord(
    String kind, Optional<String> order, String actor, String at, String what, Need need) {
  private static final JsonMapper JSON = new JsonMapper();

  /** Nothing of these changed anything. */
  private static final Set<String> WITHOUT_EFFECT = Set.of("refusal", "would-refuse");

  /** Whether it has to be done again. */
  enum Need {
    /** Row or ledger say it already: the listener brings the row there. */
    NONE("the chain brings it back"),
    AGAIN("make it again"),
    /** No row is there to do it to. */
    NO_ROW("its row is gone");

    private final String words;

    Need(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  private record Raw(
      String kind,
      Optional<String> order,
      String actor,
      String at,
      String what,
      Optional<String> to) {}

  /**
   * From copies of records that the database has not, and from plans of our own store.
   *
   * @param copies those that the database does not know
   */
  static List<LostRecord> of(
      List<Sealed> copies, List<MarkStore.AppliedHere> plans, RestoreStore orders)
      throws SQLException {
    var raw = new ArrayList<Raw>();
    var told = new HashSet<String>();
    for (Sealed copy : copies) {
      read(copy, told).ifPresent(raw::add);
    }
    for (MarkStore.AppliedHere applied : plans) {
      if (!told.contains(applied.plan() + " " + applied.order())) {
        raw.add(
            new Raw(
                "plan",
                Optional.of(applied.order()),
                FrozenPlan.read(applied.text()).map(FrozenPlan::actor).orElse("?"),
                applied.at().toString(),
                applied.plan() + to(applied).map(state -> ": to " + state).orElse(""),
                to(applied)));
      }
    }
    Map<String, RestoreStore.Standing> standings =
        orders.standings(raw.stream().flatMap(each -> each.order().stream()).distinct().toList());
    return raw.stream().map(each -> judged(each, standings)).toList();
  }

  private static Optional<String> to(MarkStore.AppliedHere applied) {
    return FrozenPlan.read(applied.text()).stream()
        .flatMap(plan -> plan.moves().stream())
        .filter(move -> move.orderId().equals(applied.order()))
        .map(FrozenPlan.Move::to)
        .findFirst();
  }

  private static Optional<Raw> read(Sealed copy, Set<String> told) {
    try {
      JsonNode entry = JSON.readTree(copy.entry());
      String kind = entry.path("kind").asString("");
      if (WITHOUT_EFFECT.contains(kind)) {
        return Optional.empty();
      }
      JsonNode body = entry.path("body");
      Optional<String> order =
          Optional.of(entry.path("order").asString("")).filter(id -> !id.isEmpty());
      order.ifPresent(id -> told.add(body.path("plan").asString("") + " " + id));
      return Optional.of(
          new Raw(
              kind,
              order,
              entry.path("actor").asString("?"),
              entry.path("at").asString("?"),
              RecordWords.what(kind, body),
              Optional.of(body.path("after").path("state").asString(""))
                  .filter(state -> !state.isEmpty())));
    } catch (JacksonException damaged) {
      return Optional.of(
          new Raw("?", Optional.empty(), "?", "?", "a copy that cannot be read", Optional.empty()));
    }
  }

  private static LostRecord judged(Raw raw, Map<String, RestoreStore.Standing> standings) {
    return new LostRecord(
        raw.kind(), raw.order(), raw.actor(), raw.at(), raw.what(), need(raw, standings));
  }

  private static Need need(Raw raw, Map<String, RestoreStore.Standing> standings) {
    if (raw.order().isEmpty()) {
      return Need.AGAIN;
    }
    Optional<RestoreStore.Standing> standing =
        Optional.ofNullable(standings.get(raw.order().get()));
    if (standing.isEmpty()) {
      return Need.NO_ROW;
    }
    RestoreStore.Standing now = standing.get();
    // Out of an end the chain brings no row back.
    boolean isMovable =
        OrderState.parse(now.row()).map(state -> !state.isFinal()).orElse(Boolean.FALSE);
    return raw.to()
            .filter(to -> now.row().equals(to) || (isMovable && now.folded().equals(to)))
            .isPresent()
        ? Need.NONE
        : Need.AGAIN;
  }
}
