package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.orders.OrderRow;
import dev.metaops.orders.OrdersStore;
import dev.metaops.plan.FrozenPlan;
import dev.metaops.plan.KeptPlan;
import dev.metaops.plan.KeptPlanStore;
import dev.metaops.plan.Outcome;
import dev.metaops.plan.People;
import dev.metaops.plan.PlanState;
import dev.metaops.plan.PlanStore;
import dev.metaops.plan.ThreeSteps;
import dev.metaops.plan.ThreeSteps.Ending;
import dev.metaops.plan.ThreeSteps.Waypoint;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An apply that ends between any two of its writes, and is run again, ends in one outcome. */
class CrashedPlanTest {
  @AutoClose private final TestChain chain = TestChain.start();
  @TempDir Path directory;

  private KeptPlans world;
  private String plan = "";

  @BeforeEach
  void aPlanWaits() throws Exception {
    world = new KeptPlans(chain, directory);
    world.behind("ord_1");
    plan = world.planFor("ord_1");
  }

  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static Consumer<Waypoint> crashingAt(Waypoint point) {
    return passed -> {
      if (passed == point) {
        throw new Crash();
      }
    };
  }

  /** On connections of its own, as a process has them. */
  private Ending apply(Consumer<Waypoint> passed) throws SQLException {
    try (Connection ops = world.ops.connect(TestPostgres.minute());
        Connection orders = world.venue.orders().connect(TestPostgres.minute())) {
      var kept = new KeptPlanStore(ops);
      KeptPlan found = found(kept);
      return new ThreeSteps(
              kept, new PlanStore(orders), new RowsAlone(new OrdersStore(orders)), passed, _ -> {})
          .apply(found, found.environment(), People.NOBODY, "kim");
    }
  }

  /** Believes the plan, and reads only rows. */
  private record RowsAlone(OrdersStore orders) implements ThreeSteps.Reading {
    @Override
    public Map<String, ThreeSteps.Proof> proofs(FrozenPlan plan, List<FrozenPlan.Move> moves) {
      return moves.stream()
          .collect(Collectors.toMap(FrozenPlan.Move::orderId, _ -> new ThreeSteps.Proof.Holds()));
    }

    @Override
    public Map<String, String> disagreements(List<FrozenPlan.Move> moves) throws SQLException {
      Map<String, String> elsewhere = new HashMap<>();
      for (FrozenPlan.Move move : moves) {
        if (orders.byId(move.orderId()).map(OrderRow::state).filter(move.to()::equals).isEmpty()) {
          elsewhere.put(move.orderId(), "the row is elsewhere");
        }
      }
      return elsewhere;
    }
  }

  private KeptPlan found(KeptPlanStore kept) throws SQLException {
    return ((KeptPlanStore.Found.One) kept.find(plan)).kept();
  }

  private PlanState state() throws SQLException {
    try (Connection ops = world.ops.connect(TestPostgres.minute())) {
      return found(new KeptPlanStore(ops)).state();
    }
  }

  private void crash(Waypoint point) {
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> apply(crashingAt(point))))
        .isInstanceOf(Crash.class);
  }

  private static Ending closed() {
    return new Ending.Settled(
        PlanState.CLOSED, List.of(new Outcome("ord_1", Outcome.Kind.APPLIED, "")), List.of());
  }

  @ParameterizedTest
  @EnumSource
  void endsInExactlyOneOutcome(Waypoint point) throws SQLException {
    crash(point);

    assertThat(apply(_ -> {})).isEqualTo(closed());
    assertThat(apply(_ -> {})).isEqualTo(closed());

    assertThat(state()).isEqualTo(PlanState.CLOSED);
    assertThat(world.venue.state("ord_1")).isEqualTo("SETTLED");
    assertThat(world.records()).isEqualTo("plan ord_1");
  }

  @ParameterizedTest
  @EnumSource
  void endsInExactlyOneOutcomeWhenTheRowMovedOnMeanwhile(Waypoint point) throws SQLException {
    crash(point);
    boolean isMoved = point.compareTo(Waypoint.MOVED) >= 0;
    world.venue.execute("UPDATE public.orders SET notes = 'here' WHERE id = 'ord_1'");

    Ending ending = apply(_ -> {});

    assertThat(apply(_ -> {})).isEqualTo(ending);
    assertThat(ending)
        .isInstanceOfSatisfying(
            Ending.Settled.class,
            settled ->
                assertThat(settled.state()).isEqualTo(isMoved ? PlanState.CLOSED : PlanState.VOID));
    assertThat(world.venue.state("ord_1")).isEqualTo(isMoved ? "SETTLED" : "PENDING");
  }

  @ParameterizedTest
  @EnumSource(names = {"BEGUN", "MOVED"})
  void saysWhatCameOfItAlsoWhileFrozen(Waypoint point) throws SQLException {
    crash(point);
    world.venue.execute("SELECT metaops_api.freeze('f1', 'kim', 'rows look wrong', now())");

    Ending ending = apply(_ -> {});

    if (point == Waypoint.MOVED) {
      assertThat(ending).isEqualTo(closed());
    } else {
      assertThat(ending).isInstanceOf(Ending.Refused.class);
      world.venue.execute("SELECT metaops_api.unfreeze('f2', 'kim', '', now())");
      assertThat(apply(_ -> {})).isEqualTo(closed());
    }
  }

  @Test
  void whoeverApprovesMeanwhileIsJudgedAnewBeforeItBegins() throws SQLException {
    world.inStore(
        "INSERT INTO metaops_ops.approval VALUES ('"
            + plan
            + "', 'x', '\\x00', 'APPROVE', 'p', 'k', now(), 's')");
    try (Connection ops = world.ops.connect(TestPostgres.minute())) {
      var kept = new KeptPlanStore(ops);
      kept.move(plan, dev.metaops.plan.PlanEvent.SUFFICE, "kim", "");
      assertThat(kept.begin(found(kept), 0, "kim", "approved")).isEmpty();
      assertThat(kept.begin(found(kept), 1, "kim", "approved")).isPresent();
    }
  }
}
