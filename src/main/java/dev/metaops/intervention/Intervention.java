package dev.metaops.intervention;

import dev.metaops.audit.RecordStore;
import dev.metaops.command.Actor;
import dev.metaops.command.Conversation;
import dev.metaops.command.Reason;
import dev.metaops.config.OrdersSection;
import dev.metaops.freeze.Standing;
import dev.metaops.journal.JournalUnavailable;
import dev.metaops.order.OrderState;
import dev.metaops.order.Witnesses;
import dev.metaops.page.Clock;
import dev.metaops.plan.PlanStore;
import dev.metaops.plan.Proposal;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.LocalRecord;
import dev.metaops.reach.OrdersMemory;
import dev.metaops.reach.Reach;
import dev.metaops.reconcile.Progress;
import dev.metaops.reconcile.Testimony;
import dev.metaops.restore.RestoreStore;
import dev.metaops.restore.WentBack;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What holds for every row that a person moves, one or many: who has to vouch for it, what stands
 * in the way of writing, and that the refusal of it is on the record.
 */
public final class Intervention {
  /** What one order adds to the time asking may take. */
  private static final Duration EACH = Duration.ofMillis(30);

  /** Work as short says nothing on the way, and longer work a line as often as this. */
  private static final Duration BETWEEN_WORDS = Duration.ofSeconds(1);

  private final Conversation conversation;
  private final Connection connection;
  private final Witnesses witnesses;

  public Intervention(Conversation conversation, Connection connection, Witnesses witnesses) {
    this.conversation = conversation;
    this.connection = connection;
    this.witnesses = witnesses;
  }

  /** The same, refused where too few providers vouch for what would move the row. */
  public Proposal vouched(Proposal proposal, Testimony testimony) {
    return proposal instanceof Proposal.Movable movable
        ? alone(testimony)
            .<Proposal>map(why ->
                new Proposal.Refused(
                    movable.verdict(),
                    why + " (mend the other, or give --accept-one-provider, which is recorded)"))
            .orElse(movable)
        : proposal;
  }

  private Optional<String> alone(Testimony testimony) {
    return switch (witnesses) {
      case ONE_IS_ENOUGH -> Optional.empty();
      case TWO_OF_SEVERAL -> unvouched(testimony);
    };
  }

  /** SPEC §4: with several configured one answer moves a row only when somebody takes it. */
  static Optional<String> unvouched(Testimony testimony) {
    return testimony.words().size() > 1 && testimony.vouchers() < 2
        ? testimony.shortfall().map(word -> "moving a row takes two providers that agree: " + word)
        : Optional.empty();
  }

  /** The reason that is recorded says so where one answer was taken, for any of these orders. */
  public static Optional<String> reason(Optional<String> given, List<Testimony> testimonies) {
    Optional<String> word =
        testimonies.stream()
            .filter(testimony -> testimony.words().size() > 1 && testimony.vouchers() < 2)
            .findFirst()
            .map(testimony ->
                "accepted on one provider's word: " + testimony.shortfall().orElse("1"));
    if (word.isEmpty()) {
      return given;
    }
    String all = given.map(reason -> reason + "; " + word.get()).orElse(word.get());
    return Optional.of(Reason.fitted(all));
  }

  /** Why no row may be written from here; the database has its own say after that. */
  public static Optional<String> obstacle(Conversation conversation) {
    return frozenHere(conversation)
        .or(() ->
            conversation.settings().orders().mode() == OrdersSection.Mode.OBSERVE
                ? Optional.of("orders.mode is observe (repair lets people apply plans)")
                : Optional.empty())
        .or(() -> wentBack(conversation));
  }

  /** Frozen from here on, too, where no serve has seen it yet. */
  private static Optional<String> wentBack(Conversation conversation) {
    Optional<Database> orders =
        Reach.orders(conversation.settings(), "metaops", conversation.ticker());
    if (orders.isEmpty()) {
      return Optional.empty();
    }
    try (Connection connection = orders.get().connect(Reach.deadline(conversation))) {
      var store = new RestoreStore(connection);
      if (!store.isThere()) {
        return Optional.empty();
      }
      OrdersMemory.Look look = Reach.ordersMemory(conversation).look(store);
      look.freezeIfBack(store);
      return store
          .held()
          .map(RestoreStore.Held::sentence)
          .or(() ->
              look.wentBack() ? Optional.of(WentBack.sentence(look.reasons())) : look.blind());
    } catch (SQLException failure) {
      return Optional.of(OrdersMemory.nobodyCanTell(DatabaseWords.of(failure)));
    }
  }

  /** Why this machine may write no row, when a freeze waits here that no database knows yet. */
  private static Optional<String> frozenHere(Conversation conversation) {
    return switch (Reach.localFreeze(conversation).standing()) {
      case Standing.Free _ -> Optional.empty();
      case Standing.Frozen(String actor, String reason, Instant at) ->
          Optional.of(
              "frozen on this machine by "
                  + actor
                  + " at "
                  + Clock.at(at, conversation.ticker().now())
                  + " ("
                  + reason
                  + "), not known to the orders database yet; metaops unfreeze lifts it");
      case Standing.Unreadable(String why) ->
          Optional.of("nobody can tell whether writing is frozen: " + why);
    };
  }

  /** How what was asked for reads in the record. */
  public static String asked(Optional<OrderState> only) {
    return only.map(OrderState::name).orElse("wherever the chain proves it");
  }

  /** Writes the refusal into the audit log; what to say when that was not possible. */
  public List<String> recorded(String orderId, Optional<OrderState> only, String why) {
    try {
      new PlanStore(connection).recordRefusal(orderId, Actor.name(), asked(only), why);
      return List.of();
    } catch (SQLException e) {
      return List.of("the refusal could not be recorded: " + DatabaseWords.of(e));
    }
  }

  /** The person's patience, and more for more orders. */
  public static Deadline deadline(Conversation conversation, int count) {
    return Deadline.in(
        conversation.shared().patience().plus(EACH.multipliedBy(count)), conversation.ticker());
  }

  /** Tells how far long work is, a line now and then. */
  public static Progress progress(Conversation conversation) {
    Ticker ticker = conversation.ticker();
    AtomicLong next = new AtomicLong(ticker.nanos() + BETWEEN_WORDS.toNanos());
    return (provider, what, done, of) -> {
      long due = next.get();
      long now = ticker.nanos();
      if (now - due >= 0 && next.compareAndSet(due, now + BETWEEN_WORDS.toNanos())) {
        conversation.person().tell(provider + ": " + done + " of " + of + " " + what);
      }
    };
  }

  public void seal() {
    seal(conversation, connection);
  }

  /** Without a running serve nobody else links the record; with one this finds nothing to do. */
  public static void seal(Conversation conversation, Connection connection) {
    try {
      new LocalRecord(conversation).merge(connection);
      new RecordStore(connection).sealStep();
    } catch (SQLException e) {
      conversation
          .person()
          .tell("the record is written and not sealed yet: " + DatabaseWords.of(e));
    } catch (JournalUnavailable e) {
      conversation.person().tell(e.sentence());
    }
  }
}
