package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.escrow.EscrowKind;
import dev.metaops.ledger.Applied;
import dev.metaops.plan.Outcome;
import dev.metaops.plan.Plan;
import dev.metaops.plan.PlanStore;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The orders database judges a plan again, whatever whoever applies it believes. */
class JudgedAgainTest {
  private static final String ORDER = "ord_1";

  @AutoClose private final RaceLane lane;
  private final RaceChain.Block base;

  JudgedAgainTest() throws SQLException {
    lane = new RaceLane(RaceWeakness.NONE);
    base = lane.chain.head();
  }

  @BeforeEach
  void anOrder() throws SQLException {
    lane.insert(List.of(ORDER));
  }

  private static RaceChain.Block above(RaceChain.Block parent, String fork, EscrowKind kind) {
    return RaceChain.above(parent, fork, new RaceChain.Happens(kind, ORDER));
  }

  private String one(String sql) throws SQLException {
    try (var statement = lane.alone().createStatement();
        var found = statement.executeQuery(sql)) {
      found.next();
      return found.getString(1);
    }
  }

  private String state() throws SQLException {
    return one("SELECT state FROM public.orders");
  }

  private Plan plan(String to, RaceChain.Block... blocks) throws SQLException {
    return RaceChain.plan(
        "P-1", ORDER, state(), to, one("SELECT xmin::text FROM public.orders"), List.of(blocks));
  }

  private Outcome apply(Plan plan) throws SQLException {
    PlanStore.Result result = new PlanStore(lane.alone()).apply(plan);
    assertThat(result).isInstanceOf(PlanStore.Result.Judged.class);
    return ((PlanStore.Result.Judged) result).outcomes().getFirst();
  }

  private String kept() throws SQLException {
    return one(
        "SELECT concat((SELECT count(*) FROM metaops.event), ' events, ',"
            + " (SELECT count(*) FROM metaops.block), ' blocks, ',"
            + " (SELECT count(*) FROM metaops.record), ' records, ',"
            + " (SELECT count(*) FROM metaops.order_change), ' changes')");
  }

  @Test
  void evidenceThatLeadsElsewhereMovesNothingAndNothingOfItIsKept() throws SQLException {
    String before = kept();
    Plan plan = plan("SETTLED", above(base, "n", EscrowKind.CREATED));
    assertThat(apply(plan).kind()).isEqualTo(Outcome.Kind.VOID);
    assertThat(apply(plan).why()).contains("the ledger folds it to PENDING, not to SETTLED");
    assertThat(state()).isEqualTo("CREATED");
    assertThat(kept()).isEqualTo(before);
  }

  @Test
  void anEndThatIsThereIsNotMadeAnother() throws SQLException {
    RaceChain.Block created = above(base, "n", EscrowKind.CREATED);
    RaceChain.Block refunded = above(created, "n", EscrowKind.REFUNDED);
    assertThat(apply(plan("REFUNDED", created, refunded)).kind()).isEqualTo(Outcome.Kind.APPLIED);
    Plan plan = plan("SETTLED", created, above(refunded, "n", EscrowKind.RELEASED));
    assertThat(apply(plan).kind()).isEqualTo(Outcome.Kind.VOID);
    assertThat(state()).isEqualTo("REFUNDED");
  }

  @Test
  void theSamePlanTwiceMovesOnceAndAnswersTheSame() throws SQLException {
    Plan plan = plan("PENDING", above(base, "n", EscrowKind.CREATED));
    Outcome first = apply(plan);
    String once = kept();
    assertThat(apply(plan)).isEqualTo(first);
    assertThat(first.kind()).isEqualTo(Outcome.Kind.APPLIED);
    assertThat(kept()).isEqualTo(once);
  }

  @Test
  void aBlockTheLedgerHasAnotherInPlaceOfVoidsItAndSoDoesOneItTookBack() throws SQLException {
    RaceChain.Block first = above(base, "f", EscrowKind.CREATED);
    RaceChain.Block other = RaceChain.above(base, "n");
    lane.chain.says(base, first);
    lane.follow(1);
    assertThat(apply(plan("PENDING", above(base, "n", EscrowKind.CREATED))).kind())
        .isEqualTo(Outcome.Kind.ALREADY);
    assertThat(apply(plan("SETTLED", other, above(other, "n", EscrowKind.RELEASED))).kind())
        .isEqualTo(Outcome.Kind.VOID);
    lane.chain.says(base, other);
    lane.follow(1);
    assertThat(state()).isEqualTo("CREATED");
    assertThat(apply(plan("PENDING", first)).why())
        .isEqualTo("a block it rests on is not canonical any more");
    assertThat(state()).isEqualTo("CREATED");
  }

  @Test
  void whatAPlanProvedFinalTheListenerTakesNotBack() throws SQLException {
    RaceChain.Block first = above(base, "f", EscrowKind.CREATED);
    lane.chain.says(base, first);
    lane.follow(1);
    RaceChain.Block released = above(first, "f", EscrowKind.RELEASED);
    assertThat(apply(plan("SETTLED", first, released)).kind()).isEqualTo(Outcome.Kind.APPLIED);
    lane.chain.says(base, RaceChain.above(base, "n"));
    assertThat(lane.apply(lane.alone(), lane.chain.batch(1)))
        .isInstanceOf(Applied.PastSettled.class);
    assertThat(state()).isEqualTo("SETTLED");
  }

  @Test
  void whatWasPlannedTooLongAgoIsRefused() throws SQLException {
    Plan plan = plan("PENDING", above(base, "n", EscrowKind.CREATED));
    Plan old =
        new Plan(
            plan.id(),
            plan.verb(),
            plan.actor(),
            plan.reason(),
            plan.chainId(),
            plan.createdAt().minus(plan.planClass().life()).minusSeconds(1),
            plan.targets());
    assertThat(new PlanStore(lane.alone()).apply(old))
        .isInstanceOfSatisfying(
            PlanStore.Result.Refused.class,
            refused -> assertThat(refused.why()).contains("expired"));
    assertThat(state()).isEqualTo("CREATED");
  }

  @Test
  void aClassThatIsNotTheChainsOwnProofIsRefused() throws SQLException {
    String text =
        plan("PENDING", above(base, "n", EscrowKind.CREATED))
            .text()
            .replace("\"RESYNC\"", "\"OVERRIDE\"");
    try (var statement =
        lane.alone()
            .prepareStatement("SELECT metaops_api.apply_plan(?, sha256(convert_to(?, 'UTF8')))")) {
      statement.setString(1, text);
      statement.setString(2, text);
      assertThatThrownBy(statement::execute).hasMessageContaining("class OVERRIDE refused");
    }
    assertThat(state()).isEqualTo("CREATED");
  }
}
