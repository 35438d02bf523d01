package dev.metaops.look;

import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.health.Condition;
import dev.metaops.health.Diagnosis;
import dev.metaops.health.Vital;
import dev.metaops.look.OrdersGlance.Judgement;
import dev.metaops.look.OrdersGlance.Rows;
import dev.metaops.look.StatusSnapshot.Basis;
import dev.metaops.order.Verdict;
import dev.metaops.orders.OrderRow;
import dev.metaops.page.Amounts;
import dev.metaops.page.Clock;
import dev.metaops.reach.Books;
import dev.metaops.reach.Judged;
import dev.metaops.time.Ages;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The open orders as a component: pure, once they are read and judged. */
final class OrdersHealth {
  private static final String STUCK = "metaops order check-stuck";

  private static final String VERIFIED = "verified";

  private final Conversation conversation;
  private final Rows rows;
  private final Judgement judgement;

  private OrdersHealth(Conversation conversation, Rows rows, Judgement judgement) {
    this.conversation = conversation;
    this.rows = rows;
    this.judgement = judgement;
  }

  static Diagnosis of(Conversation conversation, Rows rows, Judgement judgement) {
    return new OrdersHealth(conversation, rows, judgement).diagnosis();
  }

  private Diagnosis diagnosis() {
    List<Vital> vitals = new ArrayList<>();
    vitals.add(Vital.shown("open", OrdersGlance.count(rows.open()) + ", " + open()));
    vitals.add(basis());
    verdicts().forEach((code, amounts) -> vitals.add(verdict(code, amounts)));
    oldest().ifPresent(vitals::add);
    deadline().ifPresent(vitals::add);
    rows.caveat().ifPresent(caveat -> vitals.add(caveat(caveat)));
    Condition worst = vitals.stream().map(Vital::condition).reduce(Condition.UP, Condition::worse);
    return new Diagnosis(
        worst,
        OrdersGlance.count(rows.open()) + " open" + wrongs(vitals),
        vitals,
        worst == Condition.UP
            ? Optional.empty()
            : Optional.of(
                judgement.basis() instanceof Basis.Nothing ? "metaops health blockchain" : STUCK));
  }

  /** In few words: why the chain could not be asked is said where the chain is. */
  private String wrongs(List<Vital> vitals) {
    String text =
        ProviderLook.wrongs(
            vitals.stream().filter(vital -> !vital.name().equals(VERIFIED)).toList());
    return switch (judgement.basis()) {
      case Basis.Nothing _ -> ", not verified: the chain could not be asked" + text;
      case Basis.Contract(int reached, int of) when reached < of ->
          ", " + reached + " of " + of + " verified" + text;
      case Basis.Contract _, Basis.Ledger _ ->
          text.isEmpty() ? ", none contradicts the chain" : text;
    };
  }

  private String open() {
    var amounts = new Amounts(conversation.settings());
    rows.open().forEach(sum -> amounts.add(sum.units(), sum.token()));
    return amounts.sum();
  }

  private Vital basis() {
    String name = VERIFIED;
    String all = "every open order";
    return switch (judgement.basis()) {
      case Basis.Ledger(Duration staleness) ->
          new Vital(name, "by the ledger, " + Ages.of(staleness) + " behind", all, Condition.UP);
      case Basis.Contract(int reached, int of) ->
          new Vital(
              name,
              "by the contract, " + reached + " of " + of,
              all,
              reached < of ? Condition.UNKNOWN : Condition.UP);
      case Basis.Nothing(String why) -> new Vital(name, "not: " + why, all, Condition.UNKNOWN);
    };
  }

  /** How many, and of what value. */
  private record Counted(int orders, String amount) {}

  private Map<Verdict.Code, Counted> verdicts() {
    Map<Verdict.Code, Counted> all = new EnumMap<>(Verdict.Code.class);
    for (Verdict.Code code : judgement.counts().keySet()) {
      var amounts = new Amounts(conversation.settings());
      List<Judged> orders =
          judgement.judged().stream().filter(order -> order.verdict().code() == code).toList();
      orders.forEach(order -> amounts.add(order.row().terms()));
      all.put(code, new Counted(orders.size(), amounts.sum()));
    }
    return all;
  }

  private static Vital verdict(Verdict.Code code, Counted counted) {
    String value = counted.orders() + ", " + counted.amount();
    return switch (code) {
      case ROW_FALSE, CONFLICT, NO_ROW, ORPHANED, ROW_BEHIND ->
          new Vital(code.name(), value, "none", Condition.DOWN);
      case TX_TROUBLE, NEVER_FUNDED -> new Vital(code.name(), value, "none", Condition.DEGRADED);
      case UNKNOWN -> new Vital(code.name(), value, "none", Condition.UNKNOWN);
      case NOT_FINAL, WAITING, CONSISTENT -> Vital.shown(code.name(), value);
    };
  }

  private Optional<Vital> oldest() {
    Duration most = conversation.settings().orders().stuckAfter();
    return rows.oldest().stream()
        .min(Comparator.comparing(OrderRow::stateSince))
        .map(row -> {
          Duration age = Duration.between(row.stateSince(), rows.now());
          return new Vital(
                  "oldest",
                  row.id() + " " + row.state() + " for " + Ages.of(age),
                  "under " + Ages.of(most),
                  age.compareTo(most) > 0 ? Condition.DEGRADED : Condition.UP)
              .gauged(age.toSeconds(), most.toSeconds());
        });
  }

  private Optional<Vital> deadline() {
    Instant now = rows.now();
    long passed = judgement.deadlines().stream().filter(at -> !at.isAfter(now)).count();
    Optional<Instant> next =
        judgement.deadlines().stream().filter(now::isBefore).min(Instant::compareTo);
    if (passed > 0) {
      return Optional.of(
          new Vital("past their deadline", Long.toString(passed), "none", Condition.DEGRADED));
    }
    return next.map(at ->
        Vital.shown(
            "next deadline", Clock.at(at, now) + ", in " + Ages.of(Duration.between(now, at))));
  }

  private static Vital caveat(Books.Caveat caveat) {
    return new Vital(
        "sight",
        caveat.sentence(),
        "every row",
        caveat.exit() == ExitCode.COULD_NOT ? Condition.UNKNOWN : Condition.DEGRADED);
  }
}
