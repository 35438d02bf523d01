package dev.metaops.intervention;

import dev.metaops.command.Conversation;
import dev.metaops.command.Shared;
import dev.metaops.plan.Approval;
import dev.metaops.plan.Approvals;
import dev.metaops.plan.Decision;
import dev.metaops.plan.KeptPlan;
import dev.metaops.plan.KeptPlanStore;
import dev.metaops.plan.People;
import dev.metaops.plan.PlanState;
import dev.metaops.plan.SigningKey;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One person alone, where two would be needed: one plan at a time, of a capped size, signed, and
 * open until somebody else has looked at it.
 */
final class BreakGlass {
  private final PlanShelf shelf;
  private final Conversation conversation;

  BreakGlass(PlanShelf shelf, Conversation conversation) {
    this.shelf = shelf;
    this.conversation = conversation;
  }

  static String sentence(String plan, String by) {
    return "applied by "
        + by
        + " alone (break-glass), REVIEW OPEN until another approver looks: metaops plan approve "
        + plan;
  }

  /** Signs it; why it may not be done. */
  Optional<String> signed(KeptPlan kept) throws SQLException {
    String id = kept.plan().id();
    long seen = shelf.plans().brokenCount();
    int orders = kept.plan().moves().size();
    int most = people().breakGlassMost();
    if (kept.plan().planClass().others() == 0) {
      return Optional.of("it takes one person anyway: metaops plan apply " + id);
    }
    if (orders > most) {
      return Optional.of(
          "it has "
              + orders
              + " orders, one person alone moves "
              + most
              + " at most (people.break-glass-most)");
    }
    for (Map.Entry<String, String> other : open().entrySet()) {
      if (!other.getKey().equals(id)) {
        return Optional.of(other.getKey() + " was " + sentence(other.getKey(), other.getValue()));
      }
    }
    Optional<String> waiting = waiting(id);
    if (waiting.isPresent()) {
      return Optional.of(
          waiting.get()
              + " was signed by one person alone and is not applied yet: metaops plan apply "
              + waiting.get()
              + ", or metaops plan reject "
              + waiting.get());
    }
    return switch (new PersonKeyFile(conversation.settings().environment().dataDirectory())
        .read()) {
      case PersonKeyFile.Held.None() -> Optional.of(PlanWord.NO_KEY);
      case PersonKeyFile.Held.Unusable(String why) -> Optional.of(why);
      case PersonKeyFile.Held.Key(SigningKey key) -> sign(kept, key, seen);
    };
  }

  private Optional<String> sign(KeptPlan kept, SigningKey key, long seen) throws SQLException {
    Approval word =
        Approval.signed(
            shelf.environment(),
            kept.plan().digest(),
            Decision.BREAK_GLASS,
            key,
            shelf.plans().now());
    List<Approval> before = shelf.plans().approvals(kept.plan().id());
    List<Approval> all = new ArrayList<>(before);
    all.add(word);
    Optional<String> flaw =
        Approvals.judge(kept.plan(), shelf.environment(), all, people(), word.at())
            .discounted()
            .stream()
            .filter(discounted -> discounted.approval().equals(word))
            .map(discounted ->
                "the word of " + key.person() + " would not count: " + discounted.flaw().words())
            .findFirst();
    if (flaw.isPresent() || conversation.shared().purpose() == Shared.Purpose.DRY_RUN) {
      return flaw;
    }
    boolean isThere =
        before.stream()
            .anyMatch(each -> each.decision() == word.decision() && each.key().equals(word.key()));
    if (!isThere && !shelf.plans().signAlone(kept.plan().id(), word, seen)) {
      return Optional.of(
          "somebody else breaks glass at this very moment, and one plan at a time is what one"
              + " person alone may apply (see metaops plan list)");
    }
    conversation
        .person()
        .tell(
            "break-glass by "
                + key.person()
                + ": signed and recorded. No contacts are configured to be told: tell them"
                + " yourself.");
    return Optional.empty();
  }

  /** Another plan that one person's word would still let take effect. */
  private Optional<String> waiting(String but) throws SQLException {
    for (String id : shelf.plans().brokenGlass()) {
      if (!id.equals(but)
          && shelf.plans().find(id) instanceof KeptPlanStore.Found.One(KeptPlan kept)
          && (kept.state() == PlanState.PLANNED || kept.state() == PlanState.APPROVED)
          && kept.plan().expiresAt().isAfter(shelf.plans().now())
          && isAloneEnough(kept)) {
        return Optional.of(id);
      }
    }
    return Optional.empty();
  }

  /** Plans that took effect by one person's word and wait for a look: by plan, whose word. */
  Map<String, String> open() throws SQLException {
    Map<String, String> open = new TreeMap<>();
    for (String id : shelf.plans().brokenGlass()) {
      if (shelf.plans().find(id) instanceof KeptPlanStore.Found.One(KeptPlan kept)) {
        review(kept).ifPresent(by -> open.put(id, by));
      }
    }
    return open;
  }

  /** Who applied it alone, where nobody has looked yet. */
  Optional<String> review(KeptPlan kept) throws SQLException {
    return switch (kept.state()) {
      case PLANNED, APPROVED, REJECTED, EXPIRED, VOID -> Optional.empty();
      case APPLYING, APPLIED, VERIFIED, CLOSED ->
          judged(kept) instanceof Approvals.Review.Open(String by)
              ? Optional.of(by)
              : Optional.empty();
    };
  }

  private Approvals.Review judged(KeptPlan kept) throws SQLException {
    String id = kept.plan().id();
    return Approvals.review(
        kept.plan(),
        shelf.environment(),
        shelf.plans().approvals(id),
        people(),
        shelf.plans().turns(id));
  }

  private boolean isAloneEnough(KeptPlan kept) throws SQLException {
    return Approvals.judge(
                kept.plan(),
                shelf.environment(),
                shelf.plans().approvals(kept.plan().id()),
                people(),
                shelf.plans().now())
            instanceof Approvals.Result.Enough enough
        && enough.footing() == Approvals.Footing.BREAK_GLASS;
  }

  private People people() {
    return PlanShelf.people(conversation.settings());
  }
}
