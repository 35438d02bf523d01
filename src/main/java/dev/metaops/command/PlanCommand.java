package dev.metaops.command;

import dev.metaops.order.Witnesses;
import dev.metaops.page.Listing;
import dev.metaops.plan.Plan;
import java.util.Locale;
import java.util.Optional;

/** The life of an intervention. A plan is named as people see it: {@code P-8K2F}. */
public sealed interface PlanCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.plan().to(this, conversation);
  }

  /** The name of a plan as it is typed, in either case; empty when it is none. */
  static Optional<String> plan(String text) {
    return Optional.of(text.toUpperCase(Locale.ROOT)).filter(Plan::isId);
  }

  /** The newest plans. */
  record Plans(Listing listing) implements PlanCommand {
    @Override
    public String name() {
      return "plan list";
    }

    @Override
    public Need need() {
      return Need.NOTHING;
    }
  }

  /** What it does, who stands behind it, and its life until now. */
  record Show(String plan) implements PlanCommand {
    @Override
    public String name() {
      return "plan show";
    }

    @Override
    public Need need() {
      return Need.NOTHING;
    }
  }

  /**
   * Signs that it may be applied, after it was shown; of what one person applied alone, that
   * somebody else looked at it.
   *
   * @param digest how the digest of the plan begins that was looked at
   */
  record Approve(String plan, Consent consent, Optional<String> digest) implements PlanCommand {
    public Approve(String plan, Consent consent) {
      this(plan, consent, Optional.empty());
    }

    @Override
    public String name() {
      return "plan approve";
    }

    @Override
    public Need need() {
      return Need.NOTHING;
    }
  }

  /** From now on nobody can apply it. Takes one person, at once. */
  record Reject(String plan, Optional<String> reason) implements PlanCommand {
    @Override
    public String name() {
      return "plan reject";
    }

    @Override
    public Need need() {
      return Need.NOTHING;
    }
  }

  /** Applies what was shown, or says what came of it before. */
  record Apply(String plan, Glass glass, Witnesses witnesses) implements PlanCommand {
    public Apply(String plan) {
      this(plan, Glass.WHOLE);
    }

    /** Two witnesses, where there are several. */
    public Apply(String plan, Glass glass) {
      this(plan, glass, Witnesses.TWO_OF_SEVERAL);
    }

    @Override
    public String name() {
      return "plan apply";
    }

    @Override
    public Need need() {
      return Need.ORDERS_AND_CHAIN;
    }
  }

  /** Whether one person does alone what takes two. */
  enum Glass {
    WHOLE,
    BROKEN
  }

  /** Plans to take back what a plan moved, where the chain proves that. Changes nothing itself. */
  record Revert(String plan, Optional<String> reason) implements PlanCommand {
    @Override
    public String name() {
      return "plan revert";
    }

    @Override
    public Need need() {
      return Need.ORDERS_AND_CHAIN;
    }
  }
}
