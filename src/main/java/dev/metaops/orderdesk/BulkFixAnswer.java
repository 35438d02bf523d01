package dev.metaops.orderdesk;

import dev.metaops.chain.Header;
import dev.metaops.command.Actor;
import dev.metaops.command.Answer;
import dev.metaops.command.Confirmation;
import dev.metaops.command.Consent;
import dev.metaops.command.Conversation;
import dev.metaops.command.CtrlC;
import dev.metaops.command.ExitCode;
import dev.metaops.command.OrderCommand;
import dev.metaops.command.Shared;
import dev.metaops.intervention.Funding;
import dev.metaops.intervention.Intervention;
import dev.metaops.intervention.PlanShelf;
import dev.metaops.intervention.ProvedAgain;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.ListenerState;
import dev.metaops.order.ChainView;
import dev.metaops.order.OrderState;
import dev.metaops.order.OrderTerms;
import dev.metaops.order.Verdict;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.OrdersStore;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.plan.Plan;
import dev.metaops.plan.PlanStore;
import dev.metaops.plan.Proposal;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.Reach;
import dev.metaops.reconcile.Inquiry;
import dev.metaops.reconcile.Progress;
import dev.metaops.reconcile.Testimony;
import dev.metaops.reconcile.Wanted;
import dev.metaops.time.Ages;
import dev.metaops.time.Deadline;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code order bulk-fix}: proves many orders at once, shows what would change, asks, applies it in
 * segments and reads all of it back. Each order is judged as {@code order fix} judges one. A
 * segment is one transaction: whatever ends the command, the same line again moves the rest, each
 * order once.
 */
final class BulkFixAnswer {
  /** Orders a transaction. */
  private static final int SEGMENT = 100;

  /** How long Ctrl-C waits for the segment that is being written. */
  private static final Duration SEGMENT_ENDS_IN = Duration.ofSeconds(10);

  private final Conversation conversation;
  private final OrderCommand.BulkFix command;
  private final OrdersStore orders;
  private final Optional<Stream> stream;
  private final Intervention intervention;
  private final PlanStore plans;
  private final SecureRandom random = new SecureRandom();

  BulkFixAnswer(
      Conversation conversation,
      OrderCommand.BulkFix command,
      OrdersStore orders,
      Optional<Stream> stream) {
    this.conversation = conversation;
    this.command = command;
    this.orders = orders;
    this.stream = stream;
    this.intervention = new Intervention(conversation, orders.connection(), command.witnesses());
    this.plans = new PlanStore(orders.connection());
  }

  Answer answer() throws SQLException {
    return switch (BulkSelection.of(command, orders, conversation)) {
      case BulkSelection.TooMany(String why) ->
          Answer.refused("order", "bulk-fix", "refused, nothing was changed: " + why);
      case BulkSelection.Unreadable(String why) -> Answer.couldNot("order", "bulk-fix", why);
      case BulkSelection.Chosen chosen -> answer(chosen);
    };
  }

  private Answer answer(BulkSelection.Chosen chosen) throws SQLException {
    Optional<Long> pinned = stream.map(Stream::chainId);
    Optional<Inquiry> inquiry =
        Reach.inquiryOfMany(conversation.settings(), pinned, conversation.ticker());
    if (inquiry.isEmpty()) {
      return Answer.couldNot(
          "order", "bulk-fix", "no chain is configured (set RPC_URL and ESCROW_CONTRACT_ADDRESS)");
    }
    BulkPlan plan = planned(chosen, inquiry.get());
    if (chosen.rows().isEmpty() && chosen.unknown().isEmpty()) {
      return answer(ExitCode.FINE, plan, "No order is open for that long: nothing to move");
    }
    Page page =
        new Page(
            conversation.shared().output() == Shared.Output.TABLE
                ? conversation.person().colour()
                : Page.Colour.NONE);
    plan.drawText(page);
    Confirmation.show(conversation, page.text().stripTrailing());
    if (pinned.isEmpty() && plan.movable() > 0) {
      return answer(
          ExitCode.COULD_NOT,
          plan,
          "no chain is pinned in this database yet: start metaops serve once");
    }
    Answer answer = decided(plan, inquiry.get(), pinned.orElse(0L));
    intervention.seal();
    return answer;
  }

  // ----------------------------------------------------------------------------------- the plan

  private BulkPlan planned(BulkSelection.Chosen chosen, Inquiry inquiry) throws SQLException {
    List<Wanted> wanted =
        chosen.rows().stream()
            .map(row -> new Wanted(row.terms(), row.ledger().lostEvents()))
            .toList();
    Map<String, Testimony> testimonies =
        wanted.isEmpty()
            ? Map.of()
            : inquiry.inspectAll(wanted, progress(), deadline(wanted.size()));
    Instant now = orders.now();
    List<BulkCase> cases = new ArrayList<>();
    List<Proposal> proposals = new ArrayList<>();
    for (OrderRow row : chosen.rows()) {
      Testimony testimony = Optional.ofNullable(testimonies.get(row.id())).orElseThrow();
      proposals.add(
          byOnePerson(
              intervention.vouched(
                  Proposal.of(row, testimony.evidence(), command.only(), now), testimony)));
    }
    List<Proposal> checked =
        new Funding(conversation, stream.map(Stream::chainId), deadline(wanted.size()))
            .checked(chosen.rows(), proposals);
    for (int at = 0; at < checked.size(); at++) {
      OrderRow row = chosen.rows().get(at);
      cases.add(
          new BulkCase(
              row, checked.get(at), Optional.ofNullable(testimonies.get(row.id())).orElseThrow()));
    }
    return new BulkPlan(conversation, command, chosen, cases, now, listener(cases));
  }

  /** What takes two people is looked at one by one. */
  private static Proposal byOnePerson(Proposal proposal) {
    return proposal instanceof Proposal.Movable(Verdict verdict, Plan.Target target)
            && target.planClass().others() > 0
        ? new Proposal.Refused(
            verdict,
            verdict.sentence()
                + "; "
                + target.planClass()
                + " takes two people, one order at a time: metaops order fix "
                + target.orderId())
        : proposal;
  }

  private Deadline deadline(int count) {
    return Intervention.deadline(conversation, count);
  }

  /** What a listener will do about those that can be moved. */
  private Optional<String> listener(List<BulkCase> cases) {
    Optional<Header> last =
        cases.stream()
            .filter(BulkCase::isBehind)
            .flatMap(one -> one.movable().stream())
            .map(movable -> movable.target().evidence().blocks().getLast())
            .max(Comparator.comparingLong(Header::number));
    Optional<Stream> coming =
        stream.filter(found -> {
          ListenerState state =
              ListenerState.of(found, conversation.settings().listen().staleAfter());
          return !state.isPaused()
              && (state.keepsUp() || state.pulse() instanceof ListenerState.Pulse.Behind);
        });
    if (last.isEmpty()) {
      return Optional.empty();
    }
    if (coming.isEmpty()) {
      return Optional.of("No listener is on its way: nothing else will move these.");
    }
    long count = cases.stream().filter(BulkCase::isBehind).count();
    String same = " and will move the same " + count + " by itself.";
    Header block = last.get();
    Stream its = coming.get();
    return Optional.of(
        its.cursor().number() < block.number()
            ? "The listener is "
                + Ages.of(Duration.between(its.cursorTime(), block.time()))
                + " from these blocks"
                + same
            : its.settledNumber() < block.number()
                ? "The listener has read these blocks, waits until they are final to it" + same
                : "The listener has read these blocks and left these "
                    + count
                    + " where they are (metaops listener status).");
  }

  private Progress progress() {
    return Intervention.progress(conversation);
  }

  // -------------------------------------------------------------------------------- the decision

  private Answer decided(BulkPlan plan, Inquiry inquiry, long chainId) throws SQLException {
    ExitCode seen = seen(plan);
    if (command.consent() == Consent.DRY_RUN) {
      return answer(seen, plan, "dry run: nothing was changed: " + plan.counted());
    }
    if (plan.movable() == 0) {
      boolean isHeldUp = plan.cases().stream().anyMatch(one -> one.isHeldUp(command.only()));
      if (isHeldUp) {
        recordLeftAlone(plan);
      }
      return answer(
          (isHeldUp ? ExitCode.REFUSED : ExitCode.WARNING).worst(seen),
          plan,
          "NOTHING WAS CHANGED: " + plan.counted());
    }
    Optional<String> refusal = tooMany(plan).or(() -> Intervention.obstacle(conversation));
    if (refusal.isPresent()) {
      return refused(plan, refusal.get());
    }
    if (command.consent() == Consent.ASK) {
      String typed =
          conversation
              .person()
              .ask("Type " + plan.movable() + " to apply now, Enter to change nothing:")
              .map(String::strip)
              .orElse("");
      if (!typed.equals(Integer.toString(plan.movable()))) {
        return answer(
            ExitCode.WARNING.worst(seen),
            plan,
            "NOTHING WAS CHANGED: "
                + (typed.isEmpty() ? "" : typed + " was typed, ")
                + plan.counted()
                + ". Apply: "
                + kept(plan, chainId)
                    .map(id -> "metaops plan apply " + id)
                    .orElseGet(() -> new BulkLine(command).applying(plan.movable())));
      }
    }
    recordLeftAlone(plan);
    return applied(plan, inquiry, chainId);
  }

  /** Where our own store is up, the plan waits there for whoever applies it. */
  private Optional<String> kept(BulkPlan plan, long chainId) {
    Plan whole = frozen(plan, chainId, plan.targets());
    try (PlanShelf shelf = PlanShelf.open(conversation, deadline(whole.targets().size()))) {
      return shelf.keep(whole, conversation) ? Optional.of(whole.id()) : Optional.empty();
    } catch (SQLException without) {
      return Optional.empty();
    }
  }

  private Plan frozen(BulkPlan plan, long chainId, List<Plan.Target> targets) {
    Optional<String> reason =
        Intervention.reason(
            command.reason(),
            plan.cases().stream()
                .filter(one -> one.movable().isPresent())
                .map(BulkCase::testimony)
                .toList());
    return new Plan(
        Plan.newId(random),
        command.name(),
        Actor.name(),
        reason,
        chainId,
        plan.at(),
        targets,
        command.witnesses());
  }

  private ExitCode seen(BulkPlan plan) {
    ExitCode exit = plan.chosen().unknown().isEmpty() ? ExitCode.FINE : ExitCode.WARNING;
    for (BulkCase one : plan.cases()) {
      exit = exit.worst(one.exit());
    }
    return exit;
  }

  private Optional<String> tooMany(BulkPlan plan) {
    return command
        .most()
        .filter(most -> plan.movable() > most)
        .map(most -> plan.movable() + " orders would change, --max allows " + most);
  }

  private Answer refused(BulkPlan plan, String why) {
    List<String> notes = new ArrayList<>();
    try {
      plans.recordRefusal(
          Actor.name(),
          "bulk-fix of " + plan.movable() + " orders, " + Intervention.asked(command.only()),
          why);
    } catch (SQLException e) {
      notes.add("the refusal could not be recorded: " + DatabaseWords.of(e));
    }
    return new Answer(
        ExitCode.REFUSED,
        new Screen(
            plan, new BulkOutcomes(), ExitCode.REFUSED, "refused, nothing was changed: " + why),
        notes);
  }

  /** Of those that were asked for by name or by state, and that the chain forbids. */
  private void recordLeftAlone(BulkPlan plan) {
    boolean byName = !(command.choice() instanceof OrderCommand.Choice.Stuck);
    for (BulkCase one : plan.cases()) {
      boolean isBehind = one.whyLeft(command.only()).isPresent();
      if (one.proposal() instanceof Proposal.Refused refused && (byName || isBehind)) {
        intervention
            .recorded(one.id(), command.only(), refused.why())
            .forEach(conversation.person()::tell);
      }
    }
  }

  // --------------------------------------------------------------------------------- the writing

  private Answer applied(BulkPlan plan, Inquiry inquiry, long chainId) {
    BulkOutcomes outcomes = new BulkOutcomes();
    AtomicBoolean stop = new AtomicBoolean();
    try (CtrlC _ = CtrlC.ends(() -> stop.set(true), () -> ExitCode.WARNING, SEGMENT_ENDS_IN)) {
      Optional<Stopped> stopped = write(plan, chainId, outcomes, stop);
      if (stop.get()) {
        String sentence = summary(plan, outcomes, stopped);
        Confirmation.show(conversation, sentence);
        return answer(ExitCode.WARNING, plan, sentence);
      }
      readBack(plan, inquiry, outcomes);
      ExitCode exit =
          outcomes.exit().worst(seen(plan)).worst(stopped.map(Stopped::exit).orElse(ExitCode.FINE));
      return Answer.of(exit, new Screen(plan, outcomes, exit, summary(plan, outcomes, stopped)));
    }
  }

  /** Why writing ended before the last segment. */
  private record Stopped(ExitCode exit, String why) {}

  private Optional<Stopped> write(
      BulkPlan plan, long chainId, BulkOutcomes outcomes, AtomicBoolean stop) {
    List<Plan.Target> targets = plan.targets();
    Progress progress = progress();
    for (int from = 0; from < targets.size(); from += SEGMENT) {
      if (stop.get()) {
        return Optional.of(new Stopped(ExitCode.WARNING, "stopped"));
      }
      Plan segment =
          frozen(plan, chainId, targets.subList(from, Math.min(targets.size(), from + SEGMENT)));
      try {
        switch (plans.apply(segment)) {
          case PlanStore.Result.Refused(String why) -> {
            plans.recordRefusal(Actor.name(), Intervention.asked(command.only()), why);
            return Optional.of(new Stopped(ExitCode.REFUSED, "refused: " + why));
          }
          case PlanStore.Result.Judged(var some) -> outcomes.add(some);
        }
      } catch (SQLException lost) {
        return Optional.of(
            new Stopped(
                ExitCode.COULD_NOT,
                DatabaseWords.of(lost)
                    + " (whether the "
                    + segment.targets().size()
                    + " orders from "
                    + segment.targets().getFirst().orderId()
                    + " on were moved is not known)"));
      }
      progress.reached("orders database", "orders written", outcomes.tried(), targets.size());
    }
    return Optional.empty();
  }

  private String summary(BulkPlan plan, BulkOutcomes outcomes, Optional<Stopped> stopped) {
    int there = outcomes.there().size();
    String done =
        there + " of " + plan.movable() + (plan.movable() == 1 ? " order" : " orders") + " moved";
    if (stopped.isEmpty()) {
      return outcomes.exit() == ExitCode.FINE
          ? done + " and VERIFIED: row and contract were read again"
          : done;
    }
    return (outcomes.tried() == 0 ? "NOTHING WAS CHANGED: " : done + ", then: ")
        + stopped.get().why()
        + ". The same again moves the rest: "
        + new BulkLine(command).again();
  }

  /** Row and contract, each by another way than they were written or proved. */
  private void readBack(BulkPlan plan, Inquiry inquiry, BulkOutcomes outcomes) {
    List<String> there = outcomes.there();
    if (there.isEmpty()) {
      return;
    }
    Map<String, OrderState> wanted = new HashMap<>();
    plan.targets().forEach(target -> wanted.put(target.orderId(), target.to()));
    try {
      List<OrderRow> rows = orders.byIds(there);
      List<OrderTerms> terms = rows.stream().map(OrderRow::terms).toList();
      Map<String, ChainView> views = inquiry.sweepAll(terms, deadline(terms.size()));
      for (OrderRow row : rows) {
        Optional<OrderState> to = Optional.ofNullable(wanted.get(row.id()));
        ChainView view =
            Optional.ofNullable(views.get(row.id())).orElse(new ChainView.NotSeen("not asked"));
        boolean isVerified =
            to.filter(state ->
                    ProvedAgain.disagreement(state.name(), Optional.of(row), view).isEmpty())
                .isPresent();
        if (isVerified) {
          outcomes.verified(row.id());
        }
      }
    } catch (SQLException lost) {
      outcomes.unread(DatabaseWords.of(lost));
    }
  }

  // ---------------------------------------------------------------------------------- the screen

  private static Answer answer(ExitCode exit, BulkPlan plan, String sentence) {
    return Answer.of(exit, new Screen(plan, new BulkOutcomes(), exit, sentence));
  }

  /** What is said once it is over; the plan was shown before. */
  private record Screen(BulkPlan plan, BulkOutcomes outcomes, ExitCode exit, String sentence)
      implements Picture {
    @Override
    public String shape() {
      return "order-bulk-fix/1";
    }

    @Override
    public void drawText(Page page) {
      outcomes.drawText(page);
      page.line(exit == ExitCode.FINE ? Ink.GOOD : Ink.WARNING, sentence);
    }

    @Override
    public void drawJson(ObjectNode into) {
      plan.drawJson(into, outcomes);
      into.put("outcome", sentence);
    }
  }
}
