package dev.metaops.intervention;

import dev.metaops.command.Actor;
import dev.metaops.command.Answer;
import dev.metaops.command.Confirmation;
import dev.metaops.command.Consent;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.Shared;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.plan.Approval;
import dev.metaops.plan.Approvals;
import dev.metaops.plan.Decision;
import dev.metaops.plan.KeptPlan;
import dev.metaops.plan.KeptPlanStore;
import dev.metaops.plan.People;
import dev.metaops.plan.PlanEvent;
import dev.metaops.plan.PlanState;
import dev.metaops.plan.SigningKey;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** A person's word on a plan: {@code plan approve} and {@code plan reject}. */
final class PlanWord {
  static final String NO_KEY =
      "no key to sign with in this data directory (metaops people key NAME makes one)";

  private final PlanShelf shelf;
  private final Conversation conversation;

  PlanWord(PlanShelf shelf, Conversation conversation) {
    this.shelf = shelf;
    this.conversation = conversation;
  }

  /** Shows what is signed, asks, signs; a word that would not count is not kept. */
  Answer approve(KeptPlan kept, Consent consent, Optional<String> digest) throws SQLException {
    Instant now = shelf.plans().now();
    PlanState state = kept.stateAt(now);
    boolean isReviewed = new BreakGlass(shelf, conversation).review(kept).isPresent();
    if (state != PlanState.PLANNED && state != PlanState.APPROVED && !isReviewed) {
      return refused(kept, "approve", state, "it is " + state);
    }
    Decision decision = isReviewed ? Decision.REVIEW : Decision.APPROVE;
    return switch (keyFile().read()) {
      case PersonKeyFile.Held.None() -> refused(kept, "approve", state, NO_KEY);
      case PersonKeyFile.Held.Unusable(String why) -> refused(kept, "approve", state, why);
      case PersonKeyFile.Held.Key(SigningKey key) ->
          approve(kept, consent, digest, word(kept, decision, key, now), state, now);
    };
  }

  private Answer approve(
      KeptPlan kept,
      Consent consent,
      Optional<String> digest,
      Approval word,
      PlanState state,
      Instant now)
      throws SQLException {
    Optional<String> flawed = flaw(kept, word, now).map(Approvals.Flaw::words);
    Optional<String> flaw = flawed.isPresent() ? flawed : unfitToReview(kept, word);
    if (flaw.isPresent()) {
      return refused(
          kept,
          "approve",
          state,
          "the word of " + word.person() + " would not count: " + flaw.get());
    }
    Page page = new Page(Page.Colour.NONE);
    PlanScreen.of(shelf, kept, conversation).drawText(page);
    page.text().lines().forEach(line -> Confirmation.show(conversation, line));
    if (consent == Consent.DRY_RUN) {
      return answer(kept, "approve", ExitCode.FINE, state, "dry run: nothing was signed");
    }
    String digits = PlanScreen.shortDigest(kept.plan());
    boolean takesTwo = kept.plan().planClass().others() > 0;
    boolean isSeen =
        digest.isPresent()
            ? isDigest(kept, digest.get())
            : consent == Consent.EXECUTE
                ? !takesTwo
                : conversation
                    .person()
                    .ask(
                        "Type the first 6 digits of the plan's digest to approve as "
                            + word.person()
                            + ", Enter to sign nothing:")
                    .map(String::strip)
                    .filter(typed -> typed.equalsIgnoreCase(digits))
                    .isPresent();
    if (!isSeen) {
      return answer(
          kept,
          "approve",
          ExitCode.WARNING,
          state,
          "NOTHING WAS SIGNED. Look at it and approve: metaops plan approve "
              + kept.plan().id()
              + (takesTwo ? " --digest " + digits : " --execute"));
    }
    if (word.decision() == Decision.REVIEW) {
      shelf.plans().review(kept.plan().id(), word);
      return answer(
          kept,
          "approve",
          ExitCode.FINE,
          state,
          kept.plan().id() + ": reviewed by " + word.person());
    }
    shelf.plans().sign(kept.plan().id(), word);
    return approved(kept, word.person(), state, now);
  }

  private static boolean isDigest(KeptPlan kept, String digits) {
    return kept.plan().digest().text().startsWith("0x" + digits);
  }

  /** Whoever applied it alone, and whoever planned it, do not look at their own. */
  private Optional<String> unfitToReview(KeptPlan kept, Approval word) throws SQLException {
    return new BreakGlass(shelf, conversation)
        .review(kept)
        .filter(_ -> word.decision() == Decision.REVIEW)
        .filter(alone -> !Approvals.mayReview(word.person(), kept.plan(), alone, people()))
        .map(_ -> "another approver has to look at it");
  }

  private Answer approved(KeptPlan kept, String person, PlanState state, Instant now)
      throws SQLException {
    String id = kept.plan().id();
    Approvals.Result standing =
        Approvals.judge(
            kept.plan(), shelf.environment(), shelf.plans().approvals(id), people(), now);
    PlanState then = state;
    if (standing instanceof Approvals.Result.Enough) {
      switch (shelf.plans().move(id, PlanEvent.SUFFICE, person, "")) {
        case KeptPlanStore.Moved.To(PlanState to) -> then = to;
        case KeptPlanStore.Moved.Refused(String why) -> {
          return refused(kept, "approve", state, "the plan " + why);
        }
      }
    }
    return answer(
        kept,
        "approve",
        ExitCode.FINE,
        then,
        id
            + ": approved by "
            + person
            + ". "
            + PlanScreen.sentence(kept.plan().planClass(), standing));
  }

  /** Stopping takes one person, with or without a key. */
  Answer reject(KeptPlan kept, Optional<String> reason) throws SQLException {
    Instant now = shelf.plans().now();
    if (conversation.shared().purpose() == Shared.Purpose.DRY_RUN) {
      return answer(
          kept, "reject", ExitCode.FINE, kept.stateAt(now), "dry run: nothing was rejected");
    }
    String id = kept.plan().id();
    Optional<String> signer = signRejection(kept, now);
    String actor = signer.orElseGet(Actor::name);
    return switch (shelf.plans().move(id, PlanEvent.REJECT, actor, reason.orElse(""))) {
      case KeptPlanStore.Moved.To(PlanState to) ->
          answer(
              kept,
              "reject",
              ExitCode.FINE,
              to,
              id
                  + ": rejected by "
                  + actor
                  + (signer.isPresent() ? " (signed)" : " (not signed)")
                  + "; nobody can apply it");
      case KeptPlanStore.Moved.Refused(String why) ->
          refused(kept, "reject", kept.stateAt(now), "the plan " + why);
    };
  }

  /** Who signed; empty without a key that counts. */
  private Optional<String> signRejection(KeptPlan kept, Instant now) throws SQLException {
    boolean isOpen = kept.state() == PlanState.PLANNED || kept.state() == PlanState.APPROVED;
    if (!isOpen || !(keyFile().read() instanceof PersonKeyFile.Held.Key(SigningKey key))) {
      return Optional.empty();
    }
    Approval word = word(kept, Decision.REJECT, key, now);
    if (flaw(kept, word, now).isPresent()) {
      return Optional.empty();
    }
    shelf.plans().sign(kept.plan().id(), word);
    return Optional.of(key.person());
  }

  private Approval word(KeptPlan kept, Decision decision, SigningKey key, Instant now) {
    return Approval.signed(shelf.environment(), kept.plan().digest(), decision, key, now);
  }

  /** What would be wrong with it beside what is signed already. */
  private Optional<Approvals.Flaw> flaw(KeptPlan kept, Approval word, Instant now)
      throws SQLException {
    List<Approval> all = new ArrayList<>(shelf.plans().approvals(kept.plan().id()));
    all.add(word);
    return Approvals.judge(kept.plan(), shelf.environment(), all, people(), now)
        .discounted()
        .stream()
        .filter(discounted -> discounted.approval().equals(word))
        .map(Approvals.Discounted::flaw)
        .findFirst();
  }

  private People people() {
    return PlanShelf.people(conversation.settings());
  }

  private PersonKeyFile keyFile() {
    return new PersonKeyFile(conversation.settings().environment().dataDirectory());
  }

  private static Answer refused(KeptPlan kept, String verb, PlanState state, String why) {
    return answer(kept, verb, ExitCode.REFUSED, state, "refused, nothing was changed: " + why);
  }

  private static Answer answer(
      KeptPlan kept, String verb, ExitCode exit, PlanState state, String sentence) {
    return Answer.of(exit, new Screen(kept.plan().id(), verb, exit, state, sentence));
  }

  private record Screen(String plan, String verb, ExitCode exit, PlanState state, String sentence)
      implements Picture {
    @Override
    public String shape() {
      return "plan-" + verb + "/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(exit == ExitCode.FINE ? Ink.GOOD : Ink.WARNING, sentence);
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("plan", plan).put("state", state.name()).put("sentence", sentence);
    }
  }
}
