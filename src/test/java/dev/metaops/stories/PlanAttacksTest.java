package dev.metaops.stories;

import static dev.metaops.testing.Drawn.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.Answer;
import dev.metaops.command.Consent;
import dev.metaops.command.ExitCode;
import dev.metaops.command.PlanCommand;
import dev.metaops.testing.Drawn;
import dev.metaops.testing.TestChain;
import java.nio.file.Files;
import java.nio.file.Path;
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

/**
 * One test a line of the list of attacks on two people, by the commands as they are typed: a row
 * says SETTLED, the chain refunded it, and only two people may put that right. {@code
 * ApprovalsTest} has the same lines, and more of each, without a database.
 */
class PlanAttacksTest {
  @AutoClose private final TestChain chain = TestChain.start();
  @TempDir Path directory;

  private KeptPlans world;
  private String plan = "";
  private String planner = "";
  private String lee = "";

  @BeforeEach
  void aPlanWaitsForASecondPerson() throws Exception {
    world = new KeptPlans(chain, directory);
    planner = world.planner();
    lee = world.key("lee");
    world.configure(planner, lee);
    world.contradicted("ord_1");
    plan = KeptPlans.named(text(world.fix("ord_1", "two endings")));
  }

  private Answer apply(String id) throws Exception {
    return world.ask(new PlanCommand.Apply(id));
  }

  /** Nothing is moved, and this is said. */
  private void isRefused(Answer answer, String... said) {
    assertThat(answer.exit()).as(text(answer)).isEqualTo(ExitCode.REFUSED);
    assertThat(text(answer)).contains(said);
    assertThat(world.venue.state("ord_1")).isEqualTo("SETTLED");
  }

  @Test
  void withoutAnyAttackItIsApplied() throws Exception {
    world.approve(plan, "lee");
    assertThat(apply(plan).exit()).isEqualTo(ExitCode.FINE);
    assertThat(world.venue.state("ord_1")).isEqualTo("REFUNDED");
  }

  @Test
  void ownPlan() throws Exception {
    isRefused(world.approve(plan, "desk"), "nobody approves a plan of their own");
    isRefused(apply(plan), "Waits for 1 more");
  }

  @Test
  void ownPlanByAliasAccount() throws Exception {
    // The same person, logged in as somebody else, approves with the key of that name.
    String other = world.key(planner.split(" ", -1)[0], "other");
    world.configure(planner, lee, other);
    isRefused(world.approve(plan, "other"), "nobody approves a plan of their own");
    isRefused(apply(plan), "Waits for 1 more");
  }

  @Test
  void editedAfterApproval() throws Exception {
    world.approve(plan, "lee");
    world.inStore(
        "ALTER TABLE metaops_ops.plan DISABLE TRIGGER ALL;"
            + " ALTER TABLE metaops_ops.plan DROP CONSTRAINT plan_check;"
            + " UPDATE metaops_ops.plan SET text = replace(text, 'two endings', 'fine'),"
            + " digest = sha256(convert_to(replace(text, 'two endings', 'fine'), 'UTF8'))");
    isRefused(apply(plan), "Cannot be approved");
  }

  @Test
  void replayedOnAnotherEnvironment() throws Exception {
    world.approve(plan, "lee");
    world.name = "staging";
    isRefused(apply(plan), "another environment");
  }

  @Test
  void replayedOnAnotherPlan() throws Exception {
    world.approve(plan, "lee");
    String again = KeptPlans.named(text(world.fix("ord_1", "two endings")));
    world.inStore(
        "INSERT INTO metaops_ops.approval SELECT '"
            + again
            + "', environment, digest, decision, person, key, at, signature"
            + " FROM metaops_ops.approval WHERE decision = 'APPROVE'");
    isRefused(apply(again), "Waits for 1 more");
  }

  @Test
  void downgradeByAlias() throws Exception {
    // The same move under the class and the verb that take one person.
    String cheap = world.keepAltered(plan, "\"class\":\"MONEY\"", "\"class\":\"RESYNC\"");

    Answer answer = apply(cheap);

    assertThat(answer.exit()).as(text(answer)).isEqualTo(ExitCode.WORLD_CHANGED);
    assertThat(text(answer)).contains("it takes MONEY", "the plan says RESYNC");
    assertThat(world.venue.state("ord_1")).isEqualTo("SETTLED");
  }

  @Test
  void downgradeByAliasPastMetaops() throws Exception {
    // Whoever holds the database's login calls the function itself.
    String text = world.kept(plan).plan().text().replace("'", "''");
    String money = "SELECT metaops_api.apply_plan(p, sha256(convert_to(p, 'UTF8'))) FROM (SELECT '";
    assertThat(world.venue.answer(money + text + "') AS t(p)")).contains("takes two people");
    assertThat(world.venue.one(money + text.replace("MONEY", "RESYNC") + "') AS t(p)"))
        .contains("\"outcome\": \"void\"", "the ledger folds it to REFUNDED");
    assertThat(world.venue.state("ord_1")).isEqualTo("SETTLED");
  }

  @Test
  void throughBulk() throws Exception {
    Path ids = Files.writeString(directory.resolve("ids"), "ord_1\n");
    Answer answer = world.bulkOf(ids, Consent.EXECUTE);
    assertThat(answer.exit()).as(text(answer)).isNotEqualTo(ExitCode.FINE);
    assertThat(text(answer)).contains("0 of 1 orders can be moved");
    assertThat(world.venue.state("ord_1")).isEqualTo("SETTLED");
  }

  @Test
  void twoApprovalsForOneExecution() throws Exception {
    String joe = world.key("joe");
    world.configure(planner, lee, joe);
    for (String person : List.of("lee", "joe")) {
      Answer approved = world.approve(plan, person);
      assertThat(approved.exit()).as(text(approved)).isEqualTo(ExitCode.FINE);
    }
    List<Answer> answers = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(4)) {
      Callable<Answer> one = () -> apply(plan);
      for (Future<Answer> each : threads.invokeAll(List.of(one, one, one, one))) {
        answers.add(each.get());
      }
    }
    assertThat(answers)
        .as(answers.stream().map(Drawn::text).toList().toString())
        .extracting(Answer::exit)
        .containsOnly(ExitCode.FINE, ExitCode.COULD_NOT)
        .contains(ExitCode.FINE);
    assertThat(apply(plan).exit()).isEqualTo(ExitCode.FINE);
    assertThat(world.venue.all("SELECT id FROM metaops.record WHERE kind = 'plan'")).hasSize(1);
    assertThat(world.venue.state("ord_1")).isEqualTo("REFUNDED");
  }

  @Test
  void reorgAfterConfirmed() throws Exception {
    world.approve(plan, "lee");
    // The ledger has learned of another block where the refund was.
    world.venue.execute(
        "INSERT INTO metaops.block (chain_id, number, hash, parent_hash, time)"
            + " SELECT s.chain_id, (p::jsonb #>> '{targets,0,blocks,-1,number}')::bigint,"
            + " sha256('other'), sha256('parent'), now()"
            + " FROM metaops.stream s, (SELECT ?::text) AS t(p) ON CONFLICT DO NOTHING",
        world.kept(plan).plan().text());

    Answer answer = apply(plan);

    assertThat(answer.exit()).as(text(answer)).isEqualTo(ExitCode.WORLD_CHANGED);
    assertThat(text(answer)).contains("VOID");
    assertThat(world.venue.state("ord_1")).isEqualTo("SETTLED");
  }

  @Test
  void approverFatigue() throws Exception {
    // Many plans wait. A line that fits every one of them, typed without looking, approves none.
    List<String> waiting = new ArrayList<>(List.of(plan));
    for (int more = 0; more < 5; more++) {
      waiting.add(KeptPlans.named(text(world.fix("ord_1", "two endings, again " + more))));
    }
    for (String each : waiting) {
      Answer blind = world.ask(new PlanCommand.Approve(each, Consent.EXECUTE), "lee");
      assertThat(text(blind)).contains("NOTHING WAS SIGNED", "--digest");
      Answer others =
          world.ask(new PlanCommand.Approve(each, Consent.EXECUTE, Optional.of("000000")), "lee");
      assertThat(text(others)).contains("NOTHING WAS SIGNED");
      isRefused(apply(each), "Waits for 1 more");
    }
  }

  @Test
  void retiredKey() throws Exception {
    world.approve(plan, "lee");
    String now =
        world.venue.one(
            "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
                + " 'YYYY-MM-DD\"T\"HH24:MI:SS.MSZ')");
    world.configure(planner, lee + " " + now, world.key("lee", "lees new machine"));
    isRefused(apply(plan), "Waits for 1 more");
    assertThat(text(world.ask(new PlanCommand.Show(plan)))).contains("does not count any more");
  }

  @Test
  void zeroApprovals() throws Exception {
    isRefused(apply(plan), "Waits for 1 more");
  }

  @Test
  void approverDemoted() throws Exception {
    world.approve(plan, "lee");
    assertThat(text(world.ask(new PlanCommand.Show(plan)))).contains("APPROVED");
    world.people = world.people.replace("\", \"lee\"]\n", "\"]\n");
    isRefused(apply(plan), "Waits for 1 more");
  }

  @Test
  void expired() throws Exception {
    String over = world.expired(plan);
    isRefused(world.approve(over, "lee"), "it is EXPIRED");
    isRefused(apply(over), "Expired");
  }
}
