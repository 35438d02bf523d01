package dev.metaops.stories;

import static dev.metaops.testing.Drawn.json;
import static dev.metaops.testing.Drawn.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Hash;
import dev.metaops.command.Answer;
import dev.metaops.command.Consent;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.OrderCommand;
import dev.metaops.command.OrderName;
import dev.metaops.command.Person;
import dev.metaops.command.PlanCommand;
import dev.metaops.command.Reason;
import dev.metaops.demo.RegistryContract;
import dev.metaops.order.Witnesses;
import dev.metaops.orderdesk.OrderAnswers;
import dev.metaops.page.Listing;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPerson;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one person may do, what takes two, and what two may not do either. */
class PlanClassesTest {
  @AutoClose private final TestChain chain = TestChain.start();
  @TempDir Path directory;

  private KeptPlans world;

  @BeforeEach
  void aVenue() {
    world = new KeptPlans(chain, directory);
  }

  private Answer apply(String plan) throws Exception {
    return world.ask(new PlanCommand.Apply(plan));
  }

  private String fix(String id) throws Exception {
    return KeptPlans.named(text(world.fix(id, "two endings")));
  }

  // --------------------------------------------------------------------------- two people

  @Test
  void aContradictionGoesToWhatTheChainSaysByTwoPeople() throws Exception {
    world.configure(world.planner(), world.key("lee"));
    world.contradicted("ord_1");
    assertThat(text(world.fix("ord_1"))).contains("MONEY takes a reason");
    Answer asked = world.fix("ord_1", "two endings");
    assertThat(text(asked))
        .contains("MONEY takes two people. Waits for 1 more to approve it: lee. Approve: metaops");
    String plan = KeptPlans.named(text(asked));

    assertThat(apply(plan).exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(world.venue.state("ord_1")).isEqualTo("SETTLED");
    assertThat(text(world.approve(plan, "lee"))).contains("Approved by lee");
    Answer applied = apply(plan);

    assertThat(applied.exit()).as(text(applied)).isEqualTo(ExitCode.FINE);
    assertThat(world.venue.state("ord_1")).isEqualTo("REFUNDED");
    assertThat(
            world.venue.one(
                "SELECT entry::jsonb #>> '{body,standing,people}' FROM metaops.record"
                    + " WHERE kind = 'plan'"))
        .contains("lee", System.getProperty("user.name"));
  }

  @Test
  void moneyStillInEscrowIsPutBackByTwoPeople() throws Exception {
    world.configure(world.planner(), world.key("lee"));
    world.venue.order("ord_1");
    world.venue.registry().create("ord_1");
    world.follow();
    world.chain.finalizeBlock(world.chain.latest().ref());
    world.inOrders("UPDATE public.orders SET state = 'SETTLED' WHERE id = 'ord_1'");
    String plan = fix("ord_1");
    world.approve(plan, "lee");

    assertThat(text(apply(plan))).contains("applied and VERIFIED");

    assertThat(world.venue.state("ord_1")).isEqualTo("PENDING");
  }

  @Test
  void moneyThatIsBeingPaidOutMeanwhileIsNotPutBack() throws Exception {
    world.configure(world.planner(), world.key("lee"));
    Hash key = RegistryContract.key(world.venue.order("ord_1"));
    world.venue.registry().create("ord_1");
    world.follow();
    world.chain.finalizeBlock(world.chain.latest().ref());
    world.inOrders("UPDATE public.orders SET state = 'SETTLED' WHERE id = 'ord_1'");
    String plan = fix("ord_1");
    world.approve(plan, "lee");
    world.venue.registry().release(key);

    Answer answer = apply(plan);

    assertThat(answer.exit()).as(text(answer)).isEqualTo(ExitCode.WORLD_CHANGED);
    assertThat(world.venue.state("ord_1")).isEqualTo("SETTLED");
  }

  @Test
  void whatTheChainDoesNotSayTwoPeopleCannotDoEither() throws Exception {
    world.configure(world.planner(), world.key("lee"));
    world.contradicted("ord_1");
    String forged = world.keepAltered(fix("ord_1"), "\"to\":\"REFUNDED\"", "\"to\":\"CANCELLED\"");
    world.propose(forged);
    assertThat(text(world.approve(forged, "lee"))).contains("Approved by lee");

    Answer answer = apply(forged);

    assertThat(answer.exit()).as(text(answer)).isEqualTo(ExitCode.WORLD_CHANGED);
    assertThat(text(answer)).contains("the chain says REFUNDED");
    assertThat(world.venue.state("ord_1")).isEqualTo("SETTLED");
  }

  // --------------------------------------------------------------------------- one person

  @Test
  void whatWasNeverFundedIsCancelledByOnePersonAlsoInBulk() throws Exception {
    world.unfunded("ord_1", "CREATED");
    world.unfunded("ord_2", "PENDING");
    world.behind("ord_3");

    Answer one = apply(KeptPlans.named(text(world.fix("ord_1", "nobody paid"))));
    Answer many = apply(world.planForAll());

    assertThat(text(one)).contains("applied and VERIFIED");
    assertThat(many.exit()).as(text(many)).isEqualTo(ExitCode.FINE);
    assertThat(world.venue.state("ord_1")).isEqualTo("CANCELLED");
    assertThat(world.venue.state("ord_2")).isEqualTo("CANCELLED");
    assertThat(world.venue.state("ord_3")).isEqualTo("SETTLED");
    assertThat(world.venue.changes("ord_1")).containsExactly("CREATED to CANCELLED");
    assertThat(world.venue.changes("ord_2")).containsExactly("PENDING to CANCELLED");
    world.follow();
    assertThat(world.venue.state("ord_1")).isEqualTo("CANCELLED");
  }

  @Test
  void whatTheListenerWroteAndDidNotFoldYetIsNotCancelled() throws Exception {
    world.unfunded("ord_1", "CREATED");
    String plan = KeptPlans.named(text(world.fix("ord_1", "nobody paid")));
    world.venue.execute(
        "INSERT INTO metaops.unmatched (escrow_key, chain_id, block_number)"
            + " SELECT escrow_key, 31337, 1 FROM metaops.order_status WHERE order_id = 'ord_1'");

    Answer answer = apply(plan);

    assertThat(answer.exit()).as(text(answer)).isEqualTo(ExitCode.WORLD_CHANGED);
    assertThat(text(answer)).contains("the ledger knows of an escrow");
    assertThat(world.venue.state("ord_1")).isEqualTo("CREATED");
  }

  /** At a terminal, by whoever answers only after that. */
  private Answer fixedAfter(Runnable meanwhile) throws Exception {
    Conversation desk = world.at("desk");
    Person slow =
        new TestPerson(
            world.heard::add,
            _ -> {
              meanwhile.run();
              return Optional.of("y");
            });
    return new OrderAnswers()
        .to(
            new OrderCommand.Fix(
                new OrderName("ord_1"), Optional.empty(), Optional.empty(), Consent.ASK),
            new Conversation(desk.configuration(), desk.shared(), slow, desk.ticker()));
  }

  @Test
  void whatIsFundedWhileThePersonThinksIsNotCancelled() throws Exception {
    world.unfunded("ord_1", "CREATED");

    Answer late =
        fixedAfter(() -> {
          world.venue.registry().create("ord_1");
          world.chain.finalizeBlock(world.chain.latest().ref());
        });

    assertThat(late.exit()).as(text(late)).isEqualTo(ExitCode.WORLD_CHANGED);
    assertThat(text(late)).contains("the chain changed while you were asked");
    assertThat(world.venue.state("ord_1")).isEqualTo("CREATED");
    assertThat(world.records()).contains("refusal ord_1");
  }

  @Test
  void whatNobodyFundsWhileThePersonThinksIsCancelled() throws Exception {
    world.unfunded("ord_1", "CREATED");
    assertThat(fixedAfter(() -> {}).exit()).isEqualTo(ExitCode.FINE);
    assertThat(world.venue.state("ord_1")).isEqualTo("CANCELLED");
  }

  @Test
  void whatIsFundedAfterThePlanWasMadeIsNotCancelled() throws Exception {
    world.unfunded("ord_1", "CREATED");
    String plan = KeptPlans.named(text(world.fix("ord_1", "nobody paid")));
    world.venue.registry().create("ord_1");

    Answer answer = apply(plan);

    assertThat(answer.exit()).as(text(answer)).isEqualTo(ExitCode.WORLD_CHANGED);
    assertThat(world.venue.state("ord_1")).isEqualTo("CREATED");
  }

  // --------------------------------------------------------------------------- one operator

  @Test
  void theOnlyOperatorWaitsFifteenMinutesAndIsRecordedAsSolo() throws Exception {
    world.configure(world.planner());
    world.contradicted("ord_1");
    Answer asked = world.fix("ord_1", "two endings");
    assertThat(text(asked))
        .contains("MONEY takes two people", "it waits and can be applied after 15 minutes")
        .doesNotContain("plan approve");
    String plan = KeptPlans.named(text(asked));
    Answer early = apply(plan);
    assertThat(early.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(text(early)).contains("after 15 minutes");

    String old = world.made(plan, java.time.Duration.ofMinutes(16));
    Answer late = apply(old);

    assertThat(late.exit()).as(text(late)).isEqualTo(ExitCode.FINE);
    assertThat(world.venue.state("ord_1")).isEqualTo("REFUNDED");
    assertThat(text(world.ask(new PlanCommand.Show(old)))).contains("solo");
    assertThat(
            world.venue.one(
                "SELECT entry::jsonb #>> '{body,standing,footing}' FROM metaops.record"
                    + " WHERE kind = 'plan'"))
        .isEqualTo("SOLO");
    assertThat(world.heard).anyMatch(line -> line.contains("solo"));
  }

  // --------------------------------------------------------------------------- break-glass

  @Test
  void onePersonAloneInAnEmergencyIsRecordedAndReviewed() throws Exception {
    world.configure(world.planner(), world.key("lee"));
    world.contradicted("ord_1");
    String plan = fix("ord_1");

    Answer alone = world.ask(new PlanCommand.Apply(plan, PlanCommand.Glass.BROKEN));

    assertThat(alone.exit()).as(text(alone)).isEqualTo(ExitCode.FINE);
    assertThat(world.venue.state("ord_1")).isEqualTo("REFUNDED");
    assertThat(
            world.venue.one(
                "SELECT entry::jsonb #>> '{body,standing,footing}' FROM metaops.record"
                    + " WHERE kind = 'plan'"))
        .isEqualTo("BREAK_GLASS");
    assertThat(plans()).contains("REVIEW OPEN");
    Answer shown = world.ask(new PlanCommand.Show(plan));
    assertThat(text(shown)).contains("break-glass: one person alone, to be reviewed");
    assertThat(json(shown).path("steps").valueStream().map(step -> step.path("why").asString()))
        .as("a word that decides, not a sentence")
        .contains("BREAK_GLASS");
    assertThat(text(world.approve(plan, "desk"))).contains("would not count");
    assertThat(plans()).contains("REVIEW OPEN");
    assertThat(text(world.approve(plan, "lee"))).contains("reviewed by lee");
    assertThat(plans()).doesNotContain("REVIEW OPEN");
  }

  @Test
  void breakGlassWhileNoNodeAnswersOpensOneDoorOnly() throws Exception {
    world.configure(world.planner(), world.key("lee"));
    world.contradicted("ord_1");
    world.contradicted("ord_2");
    String first = fix("ord_1");
    String second = fix("ord_2");
    String up = world.nodes;
    world.nodes = "http://127.0.0.1:9";
    assertThat(world.ask(new PlanCommand.Apply(first, PlanCommand.Glass.BROKEN)).exit())
        .isEqualTo(ExitCode.COULD_NOT);

    Answer again = world.ask(new PlanCommand.Apply(second, PlanCommand.Glass.BROKEN));
    world.nodes = up;

    assertThat(again.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(text(again)).contains(first + " was signed by one person alone");
    assertThat(apply(second).exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(apply(first).exit()).isEqualTo(ExitCode.FINE);
  }

  @Test
  void breakGlassSpam() throws Exception {
    world.configure(world.planner(), world.key("lee"));
    world.contradicted("ord_1");
    world.contradicted("ord_2");
    String first = fix("ord_1");
    String second = fix("ord_2");
    world.people += "break-glass-most = 0\n";
    assertThat(text(world.ask(new PlanCommand.Apply(first, PlanCommand.Glass.BROKEN))))
        .contains("one person alone moves 0 at most");
    world.configure(world.planner(), world.key("lee"));
    world.ask(new PlanCommand.Apply(first, PlanCommand.Glass.BROKEN));

    Answer again = world.ask(new PlanCommand.Apply(second, PlanCommand.Glass.BROKEN));

    assertThat(again.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(text(again)).contains(first, "REVIEW OPEN");
    assertThat(world.venue.state("ord_2")).isEqualTo("SETTLED");
  }

  @Test
  void aReviewStaysOpenWhenTheKeyThatBrokeGlassRetires() throws Exception {
    String planner = world.planner();
    String lee = world.key("lee");
    world.configure(planner, lee);
    world.contradicted("ord_1");
    String plan = fix("ord_1");
    world.ask(new PlanCommand.Apply(plan, PlanCommand.Glass.BROKEN));

    world.configure(planner + " " + Instant.now(), lee);

    assertThat(plans()).contains("REVIEW OPEN");
    world.configure(lee);
    assertThat(plans()).contains("REVIEW OPEN");
  }

  @Test
  void aReviewIsDoneForGoodWhateverBecomesOfTheReviewer() throws Exception {
    String planner = world.planner();
    String lee = world.key("lee");
    world.configure(planner, lee);
    world.contradicted("ord_1");
    String plan = fix("ord_1");
    world.ask(new PlanCommand.Apply(plan, PlanCommand.Glass.BROKEN));
    world.approve(plan, "lee");

    world.configure(planner, lee + " " + Instant.now());
    world.people = world.people.replace(", \"lee\"]\n", "]\n");

    assertThat(world.people).contains("approvers = [\"" + System.getProperty("user.name"));
    assertThat(plans()).doesNotContain("REVIEW OPEN");
  }

  @Test
  void ofTwoWhoBreakGlassAtOnceOneIsKept() throws Exception {
    world.configure(world.planner(), world.key("lee"));
    List<String> plans = new ArrayList<>();
    for (String id : List.of("ord_1", "ord_2", "ord_3", "ord_4")) {
      world.contradicted(id);
      plans.add(fix(id));
    }
    List<Callable<Answer>> terminals = new ArrayList<>();
    for (String plan : plans) {
      String machine = plan.equals(plans.getFirst()) ? "lee" : "desk";
      terminals.add(
          () -> world.ask(new PlanCommand.Apply(plan, PlanCommand.Glass.BROKEN), machine));
    }
    List<ExitCode> exits = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (Future<Answer> each : threads.invokeAll(terminals)) {
        exits.add(each.get().exit());
      }
    }

    assertThat(exits)
        .containsExactlyInAnyOrder(
            ExitCode.FINE, ExitCode.REFUSED, ExitCode.REFUSED, ExitCode.REFUSED);
    assertThat(world.venue.one("SELECT count(*) FROM public.orders WHERE state = 'REFUNDED'"))
        .isEqualTo("1");
  }

  // --------------------------------------------------------------------------- one provider

  private String standing(String field) {
    return world.venue.one(
        "SELECT entry::jsonb #>> '{body,standing,"
            + field
            + "}' FROM metaops.record WHERE kind = 'plan'");
  }

  @Test
  void whatOnePersonMayApplyTheyMayApplyOnOneProvidersWordOnTheRecord() throws Exception {
    world.behind("ord_1");
    String plan = world.planFor("ord_1");
    world.nodes = chain.url() + ",http://127.0.0.1:9";
    Answer held = apply(plan);
    assertThat(held.exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(text(held)).contains("plan apply " + plan + " --accept-one-provider");

    Answer applied =
        world.ask(new PlanCommand.Apply(plan, PlanCommand.Glass.WHOLE, Witnesses.ONE_IS_ENOUGH));

    assertThat(applied.exit()).as(text(applied)).isEqualTo(ExitCode.FINE);
    assertThat(world.venue.state("ord_1")).isEqualTo("SETTLED");
    assertThat(standing("one_provider"))
        .contains("accepted by " + System.getProperty("user.name"), "1 of 2", "127.0.0.1:9");
  }

  @Test
  void whoeverApprovesMoneyOnOneProvidersWordHasSeenThat() throws Exception {
    world.configure(world.planner(), world.key("lee"));
    world.contradicted("ord_1");
    String plan = fix("ord_1");
    world.approve(plan, "lee");
    world.nodes = chain.url() + ",http://127.0.0.1:9";
    assertThat(text(apply(plan))).contains("make the plan anew with --accept-one-provider");
    Answer alone =
        world.ask(new PlanCommand.Apply(plan, PlanCommand.Glass.WHOLE, Witnesses.ONE_IS_ENOUGH));
    assertThat(alone.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(text(alone)).contains("has to see that one provider's word is enough");

    String seen =
        KeptPlans.named(
            text(
                new OrderAnswers()
                    .to(
                        new OrderCommand.Fix(
                            new OrderName("ord_1"),
                            Optional.empty(),
                            Optional.of("two endings"),
                            Consent.ASK,
                            Witnesses.ONE_IS_ENOUGH),
                        world.at("desk"))));
    assertThat(apply(seen).exit()).isEqualTo(ExitCode.REFUSED);
    world.heard.clear();
    world.approve(seen, "lee");
    assertThat(world.heard).anyMatch(line -> line.contains("ONE is enough for it"));
    Answer applied = apply(seen);

    assertThat(applied.exit()).as(text(applied)).isEqualTo(ExitCode.FINE);
    assertThat(world.venue.state("ord_1")).isEqualTo("REFUNDED");
    assertThat(standing("one_provider")).contains("accepted by the plan's text", "1 of 2");
  }

  private String plans() throws Exception {
    return text(world.ask(new PlanCommand.Plans(new Listing.First(20))));
  }

  // --------------------------------------------------------------------------- revert

  @Test
  void whatTheChainProvesIsNotReverted() throws Exception {
    world.behind("ord_1");
    String plan = world.planFor("ord_1");
    apply(plan);

    Answer answer = world.ask(new PlanCommand.Revert(plan, Optional.of("wrong night")));

    assertThat(answer.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(text(answer))
        .contains("NOTHING WAS CHANGED", "asked for PENDING, the chain says SETTLED");
    assertThat(world.venue.state("ord_1")).isEqualTo("SETTLED");
    assertThat(world.records()).isEqualTo("plan ord_1, refusal ord_1");
  }

  @Test
  void aCancelledOrderThatWasFundedAfterAllIsRevertedByTwoPeople() throws Exception {
    world.configure(world.planner(), world.key("lee"));
    world.unfunded("ord_1", "PENDING");
    String plan = KeptPlans.named(text(world.fix("ord_1", "nobody paid")));
    apply(plan);
    assertThat(world.venue.state("ord_1")).isEqualTo("CANCELLED");
    world.venue.registry().create("ord_1");
    world.chain.finalizeBlock(world.chain.latest().ref());

    Answer unsaid = world.ask(new PlanCommand.Revert(plan, Optional.empty()));
    assertThat(unsaid.exit()).as(text(unsaid)).isEqualTo(ExitCode.REFUSED);
    assertThat(text(unsaid)).contains("MONEY takes a reason", "metaops plan revert " + plan);

    String why = "y".repeat(Reason.MOST);
    Answer answer = world.ask(new PlanCommand.Revert(plan, Optional.of(why)));

    assertThat(answer.exit()).as(text(answer)).isEqualTo(ExitCode.WARNING);
    assertThat(text(answer))
        .contains("1 of 1 orders can be taken back. Waits for 1 more to approve it: lee");
    String back = KeptPlans.named(text(answer));
    assertThat(world.kept(back).plan().reason().orElseThrow())
        .hasSize(Reason.MOST)
        .startsWith("revert of " + plan + ": yyy")
        .endsWith("…");
    assertThat(apply(back).exit()).isEqualTo(ExitCode.REFUSED);
    world.approve(back, "lee");
    assertThat(text(apply(back))).contains("applied and VERIFIED");
    assertThat(world.venue.state("ord_1")).isEqualTo("PENDING");
  }

  @Test
  void whatNeverMovedAnythingIsNotReverted() throws Exception {
    world.behind("ord_1");
    String plan = world.planFor("ord_1");
    assertThat(text(world.ask(new PlanCommand.Revert(plan, Optional.empty()))))
        .contains("moved no order");
    assertThat(world.ask(new PlanCommand.Approve(plan, Consent.DRY_RUN)).exit())
        .isEqualTo(ExitCode.REFUSED);
  }
}
