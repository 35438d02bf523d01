package dev.metaops.order;

import dev.metaops.order.Verdict.Code;
import dev.metaops.time.Ages;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Row against chain, whole, every time: SPEC §3's table as one total function. */
public final class Judge {
  static final DateTimeFormatter UTC_MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm'Z'").withZone(ZoneOffset.UTC);

  private Judge() {}

  /**
   * With what became of the row's own transaction, when that was followed. It matters while row and
   * chain agree and something is still to come.
   */
  public static Verdict judge(
      RowView row, ChainView chain, Optional<TransactionFate> fate, Instant now) {
    Verdict verdict = judge(row, chain, now);
    return fate.map(known -> withFate(verdict, known)).orElse(verdict);
  }

  private static Verdict withFate(Verdict verdict, TransactionFate fate) {
    boolean isOpen = verdict.code() == Code.WAITING || verdict.code() == Code.NEVER_FUNDED;
    boolean isMissing = fate instanceof TransactionFate.NeverSent && !fate.isTrouble();
    if (!isOpen || isMissing || fate instanceof TransactionFate.Included) {
      return verdict;
    }
    return verdict.code() == Code.WAITING && fate.isTrouble()
        ? new Verdict(Code.TX_TROUBLE, fate.sentence(), verdict.proved())
        : new Verdict(
            verdict.code(), verdict.sentence() + "; " + fate.sentence(), verdict.proved());
  }

  public static Verdict judge(RowView row, ChainView chain, Instant now) {
    return switch (chain) {
      case ChainView.NotSeen(String why) -> unknown("could not look: " + why);
      case ChainView.Seen seen ->
          row.state()
              .map(known -> judge(row, known, seen, now))
              .orElseGet(() ->
                  unknown(
                      "the row's state "
                          + row.word()
                          + " is UNMAPPED: no state metaops knows (orders.states says what a word"
                          + " means)"));
    };
  }

  private static Verdict judge(RowView row, OrderState state, ChainView.Seen seen, Instant now) {
    return switch (seen.settled()) {
      case Folded.Conflict _ -> contradiction();
      case Folded.Stands(OrderState settled) ->
          switch (seen.included()) {
            case Folded.Conflict _ -> contradiction();
            case Folded.Stands(OrderState included) -> {
              if (state == settled) {
                yield included == settled
                    ? agreed(row, settled, seen, now)
                    : notFinal(settled, included, seen);
              }
              yield state.isFinal()
                  ? endedRow(state, settled, included, seen)
                  : openRow(row, state, settled, included, seen, now);
            }
          };
    };
  }

  /** Row and chain say the same, and nothing is on its way. */
  private static Verdict agreed(RowView row, OrderState state, ChainView.Seen seen, Instant now) {
    return switch (state) {
      case SETTLED, REFUNDED, CANCELLED ->
          new Verdict(
              Code.CONSISTENT, "finished: row and chain both say " + state, Optional.of(state));
      case CREATED -> unfunded(row, seen, now);
      case PENDING, DEPOSITED, CONFIRMED, TRADED, DISPUTED ->
          new Verdict(Code.WAITING, Waiting.sentence(row, state, seen, now), Optional.of(state));
    };
  }

  /** The row stands where it may; the chain is a step further, not final yet. */
  private static Verdict notFinal(OrderState settled, OrderState included, ChainView.Seen seen) {
    return new Verdict(Code.NOT_FINAL, notFinalYet(included, seen), Optional.of(settled));
  }

  /** The row claims an ending that final evidence does not show. */
  private static Verdict endedRow(
      OrderState state, OrderState settled, OrderState included, ChainView.Seen seen) {
    if (included == state) {
      return new Verdict(
          Code.NOT_FINAL,
          "the row says " + state + " and so does the chain; " + notFinalYet(included, seen),
          Optional.of(settled));
    }
    if (settled == OrderState.CREATED) {
      if (state == OrderState.CANCELLED) {
        return new Verdict(
            Code.CONSISTENT, "cancelled; no escrow was ever made for it", Optional.of(state));
      }
      return seen.lostEvents() > 0
          ? orphaned(state)
          : new Verdict(
              Code.CONFLICT,
              "the row says " + state + ", the chain has no escrow for it",
              Optional.of(OrderState.CREATED));
    }
    if (settled.isFinal()) {
      return new Verdict(
          Code.CONFLICT,
          "the row says " + state + ", the chain says " + settled,
          Optional.of(settled));
    }
    return new Verdict(
        Code.ROW_FALSE,
        "the row says " + state + ", the money is still in escrow (" + settled + " on chain)",
        Optional.of(settled));
  }

  /** The row is open and not where the chain has it. */
  private static Verdict openRow(
      RowView row,
      OrderState state,
      OrderState settled,
      OrderState included,
      ChainView.Seen seen,
      Instant now) {
    if (settled == OrderState.CREATED) {
      return seen.lostEvents() > 0 ? orphaned(state) : unfunded(row, seen, now);
    }
    String sentence =
        switch (settled) {
          case SETTLED -> "the chain released it, the row still says " + state;
          case REFUNDED -> "the chain refunded it, the row still says " + state;
          case CANCELLED -> "the chain cancelled it, the row still says " + state;
          case CREATED, PENDING, DEPOSITED, CONFIRMED, TRADED, DISPUTED ->
              "the chain has it " + settled + ", the row still says " + state;
        };
    String more = included == settled ? "" : "; " + notFinalYet(included, seen);
    return new Verdict(Code.ROW_BEHIND, sentence + more, Optional.of(settled));
  }

  private static Verdict unfunded(RowView row, ChainView.Seen seen, Instant now) {
    Optional<OrderState> proved = Optional.of(OrderState.CREATED);
    if (now.isAfter(row.fundBy())) {
      return new Verdict(
          Code.NEVER_FUNDED,
          "no escrow for it, and the funding window closed "
              + Ages.of(Duration.between(row.fundBy(), now))
              + " ago"
              + lost(seen),
          proved);
    }
    return new Verdict(
        Code.WAITING,
        (seen.ways() == ChainView.Ways.CONTRACT_PER_ORDER
                ? "nothing deposited yet: the depositor may do so until "
                : "no escrow yet: the buyer may fund it until ")
            + UTC_MINUTE.format(row.fundBy())
            + lost(seen),
        proved);
  }

  private static Verdict orphaned(OrderState state) {
    return new Verdict(
        Code.ORPHANED,
        "the row says " + state + ", and the block that said so is no longer of the chain",
        Optional.of(OrderState.CREATED));
  }

  private static Verdict contradiction() {
    return new Verdict(
        Code.CONFLICT,
        "the chain's events for its key contradict the row's contract, token, amount or parties, or"
            + " each other",
        Optional.empty());
  }

  private static Verdict unknown(String sentence) {
    return new Verdict(Code.UNKNOWN, sentence, Optional.empty());
  }

  /** A chain that makes nothing final is no reason to call an order stuck. */
  private static String notFinalYet(OrderState included, ChainView.Seen seen) {
    String what =
        switch (included) {
          case SETTLED -> "released on chain";
          case REFUNDED -> "refunded on chain";
          case CANCELLED -> "cancelled on chain";
          case CREATED, PENDING, DEPOSITED, CONFIRMED, TRADED, DISPUTED -> included + " on chain";
        };
    return seen.stalledSince()
        .map(since -> what + ", waiting for finality since " + UTC_MINUTE.format(since))
        .orElseGet(() -> what + ", not final yet" + finalIn(seen));
  }

  private static String finalIn(ChainView.Seen seen) {
    return seen.finalIn().map(left -> "; final in about " + Ages.of(left)).orElse("");
  }

  private static String lost(ChainView.Seen seen) {
    return seen.lostEvents() == 0
        ? ""
        : "; a reorg took back " + seen.lostEvents() + " event(s) of it";
  }
}
