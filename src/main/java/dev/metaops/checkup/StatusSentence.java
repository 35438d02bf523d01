package dev.metaops.checkup;

import dev.metaops.command.ExitCode;
import dev.metaops.config.OrdersSection;
import dev.metaops.freeze.Standing;
import dev.metaops.listen.ListenerState;
import dev.metaops.listen.ListenerState.Finality;
import dev.metaops.listen.ListenerState.Pulse;
import dev.metaops.look.ListenerWords;
import dev.metaops.look.StatusSnapshot;
import dev.metaops.look.StatusSnapshot.Basis;
import dev.metaops.look.StatusSnapshot.Orders;
import dev.metaops.page.Clock;
import dev.metaops.restore.WentBack;
import dev.metaops.services.Look;
import dev.metaops.time.Ages;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The one sentence of {@code status}, the worst thing first, and the one command to type next.
 *
 * @param exit how bad what the sentence says is
 */
record StatusSentence(ExitCode exit, String text, String next) {
  private static final String CHECK_STUCK = "metaops order check-stuck";

  static StatusSentence of(StatusSnapshot snapshot) {
    if (snapshot.database().isPresent()) {
      return blind(snapshot, snapshot.database().get());
    }
    if (snapshot.listener().isEmpty() || snapshot.orders().isEmpty()) {
      return withoutDatabase(snapshot);
    }
    return seeing(snapshot, snapshot.listener().get(), snapshot.orders().get());
  }

  /**
   * With what is known of the process that moves the rows.
   *
   * @param service what it is among the configured services
   * @param dead how it was found, when that is not running
   */
  StatusSentence knowing(Optional<String> service, Optional<Look> dead) {
    String revival = ListenerWords.revival(service);
    if (dead.isEmpty()) {
      return next.equals(ListenerWords.SERVE) ? new StatusSentence(exit, text, revival) : this;
    }
    return new StatusSentence(
        exit.worst(ExitCode.CRITICAL),
        "The listener does not run ("
            + dead.get().service().name()
            + ": "
            + dead.get().sighting().text()
            + "). "
            + text,
        next.equals(CHECK_STUCK) ? next : revival);
  }

  private static StatusSentence blind(StatusSnapshot snapshot, String database) {
    return snapshot
        .chain()
        .map(chain ->
            critical(
                "UNKNOWN: neither rows nor chain can be read: " + database + "; " + chain,
                "metaops health quick"))
        .orElseGet(() ->
            critical("UNKNOWN: no order can be judged: " + database, "metaops health database"));
  }

  private static StatusSentence withoutDatabase(StatusSnapshot snapshot) {
    return snapshot
        .chain()
        .map(chain ->
            critical(
                "UNKNOWN: no orders database is configured, and the chain cannot be read: " + chain,
                "metaops health blockchain"))
        .orElseGet(() ->
            new StatusSentence(
                ExitCode.WARNING,
                "UNKNOWN: no orders database is configured (set DATABASE_URL); the chain answers",
                "metaops config check"));
  }

  private static StatusSentence seeing(
      StatusSnapshot snapshot, ListenerState listener, Orders orders) {
    Instant now = snapshot.now();
    if (listener.frozen().filter(freeze -> WentBack.isFreeze(freeze.id())).isPresent()) {
      return critical(
          "The orders database came back from a backup, and metaops writes no order row: "
              + orders(orders, now),
          "metaops db restored --to TIME-OF-THE-BACKUP");
    }
    return switch (listener.pulse()) {
      case Pulse.Never _ when snapshot.mode() == OrdersSection.Mode.OBSERVE ->
          observed(snapshot, orders);
      case Pulse.Never _ ->
          critical(
              "Nothing follows the chain into this database yet: " + orders(orders, now),
              orders.contradicting() > 0 ? CHECK_STUCK : "metaops serve");
      case Pulse.Dead(Instant since, _) ->
          critical(
              "Listener dead since " + Clock.since(since, now) + ": " + orders(orders, now),
              orders.contradicting() > 0 ? CHECK_STUCK : "metaops serve");
      case Pulse.Hung(Instant since, _) ->
          critical(
              "Listener hung since " + Clock.since(since, now) + ": " + orders(orders, now),
              orders.contradicting() > 0 ? CHECK_STUCK : "metaops listener status");
      case Pulse.Stuck(Instant since, String why) ->
          critical(
              "Listener stuck since "
                  + Clock.since(since, now)
                  + " ("
                  + why
                  + "): "
                  + orders(orders, now),
              orders.contradicting() > 0 ? CHECK_STUCK : "metaops health blockchain");
      case Pulse.Behind(long blocks, Duration by) ->
          new StatusSentence(
              orders.contradicting() > 0 ? ExitCode.CRITICAL : ExitCode.WARNING,
              "Listener behind by "
                  + blocks
                  + " blocks ("
                  + Ages.of(by)
                  + "): "
                  + orders(orders, now),
              orders.contradicting() > 0 ? CHECK_STUCK : "metaops listener status");
      case Pulse.Following(Duration staleness) -> following(snapshot, listener, orders, staleness);
      case Pulse.Idle(Duration staleness, _) -> following(snapshot, listener, orders, staleness);
    };
  }

  /** Nothing of ours follows; the rows stand beside what the contract itself says. */
  private static StatusSentence observed(StatusSnapshot snapshot, Orders orders) {
    String sentence = "Observing: " + orders(orders, snapshot.now());
    if (orders.contradicting() > 0) {
      return critical(sentence, CHECK_STUCK);
    }
    return switch (orders.basis()) {
      case Basis.Nothing _ -> critical(sentence, "metaops connections test");
      case Basis.Ledger _, Basis.Contract _ ->
          orders.old() + orders.neverFunded() > 0
              ? new StatusSentence(
                  ExitCode.WARNING,
                  sentence
                      + "; "
                      + orders.old()
                      + " in one state for more than "
                      + Ages.of(orders.oldAfter()),
                  CHECK_STUCK)
              : new StatusSentence(ExitCode.FINE, sentence, "metaops order states");
    };
  }

  private static StatusSentence following(
      StatusSnapshot snapshot, ListenerState listener, Orders orders, Duration staleness) {
    Instant now = snapshot.now();
    boolean isFrozen =
        listener.frozen().isPresent() || !(snapshot.local() instanceof Standing.Free);
    if (orders.contradicting() > 0 && isFrozen) {
      return critical(
          "Frozen, and " + contradicting(orders) + deadline(orders, now), "metaops unfreeze");
    }
    if (orders.contradicting() > 0) {
      String sentence = contradicting(orders) + deadline(orders, now);
      return critical(sentence, CHECK_STUCK);
    }
    if (snapshot.chain().isPresent()) {
      return critical(
          "The chain cannot be read from here: "
              + snapshot.chain().get()
              + "; by the ledger, "
              + Ages.of(staleness)
              + " behind, "
              + open(orders),
          "metaops health blockchain");
    }
    if (isFrozen) {
      return new StatusSentence(
          ExitCode.WARNING,
          "Frozen: metaops writes no order row; " + open(orders),
          "metaops unfreeze");
    }
    if (listener.finality() instanceof Finality.Stalled(Instant since, long blocks)) {
      return new StatusSentence(
          ExitCode.WARNING,
          "Finality stalled since "
              + Clock.since(since, now)
              + ", "
              + blocks
              + " blocks are not final: rows wait for it; "
              + open(orders),
          "metaops health blockchain");
    }
    if (listener.finality() instanceof Finality.Waiting(Instant since, String why)) {
      return new StatusSentence(
          ExitCode.WARNING,
          "Finality waits since "
              + Clock.since(since, now)
              + ", rows wait for it: "
              + why
              + "; "
              + open(orders),
          "metaops health blockchain");
    }
    if (orders.old() > 0) {
      return new StatusSentence(
          ExitCode.WARNING,
          orders.old()
              + (orders.old() == 1 ? " order" : " orders")
              + " in one state for more than "
              + Ages.of(orders.oldAfter())
              + ", none contradicts the chain: "
              + open(orders)
              + deadline(orders, now),
          CHECK_STUCK);
    }
    return new StatusSentence(
        ExitCode.FINE,
        "All quiet: " + open(orders) + ", the ledger is " + Ages.of(staleness) + " behind",
        "metaops order states");
  }

  /** What is known of the orders when the ledger cannot be believed. */
  private static String orders(Orders orders, Instant now) {
    return switch (orders.basis()) {
      case Basis.Nothing(String why) -> open(orders) + ", UNKNOWN what became of them: " + why;
      case Basis.Ledger(Duration staleness) ->
          orders.contradicting() > 0
              ? behind(orders) + deadline(orders, now)
              : open(orders) + ", as the ledger was " + Ages.of(staleness) + " ago";
      case Basis.Contract(int reached, int of) -> {
        String asked = reached < of ? " (asked about " + reached + " of " + of + ")" : "";
        yield orders.contradicting() > 0
            ? behind(orders) + deadline(orders, now) + asked
            : open(orders)
                + (of == 0 ? "" : ", none behind the chain" + asked)
                + deadline(orders, now);
      }
    };
  }

  private static String behind(Orders orders) {
    return orders.contradicting()
        + (orders.contradicting() == 1 ? " order" : " orders")
        + " behind the chain, "
        + orders.contradictingAmount();
  }

  private static String contradicting(Orders orders) {
    return orders.contradicting()
        + (orders.contradicting() == 1 ? " order contradicts" : " orders contradict")
        + " the chain, "
        + orders.contradictingAmount();
  }

  private static String open(Orders orders) {
    return switch ((int) Math.min(2, orders.count())) {
      case 0 -> "no order is open";
      case 1 -> "1 order open, " + orders.inEscrow() + " in escrow";
      default -> orders.count() + " orders open, " + orders.inEscrow() + " in escrow";
    };
  }

  private static String deadline(Orders orders, Instant now) {
    Optional<Instant> first = orders.firstDeadline();
    return first.map(at -> ", first deadline in " + Ages.of(Duration.between(now, at))).orElse("");
  }

  private static StatusSentence critical(String text, String next) {
    return new StatusSentence(ExitCode.CRITICAL, text, next);
  }
}
