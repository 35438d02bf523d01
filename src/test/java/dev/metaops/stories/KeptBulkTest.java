package dev.metaops.stories;

import static dev.metaops.testing.Drawn.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.Answer;
import dev.metaops.command.ExitCode;
import dev.metaops.command.PlanCommand;
import dev.metaops.testing.TestChain;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One plan for many orders is kept, proved anew as a whole, and judged order by order. */
class KeptBulkTest {
  @AutoClose private final TestChain chain = TestChain.start();
  @TempDir Path directory;

  private KeptPlans world;

  @BeforeEach
  void ordersAreBehind() throws Exception {
    world = new KeptPlans(chain, directory);
    world.behind("ord_1", "ord_2", "ord_3");
  }

  private Answer apply(String plan) throws Exception {
    return world.ask(new PlanCommand.Apply(plan));
  }

  private String states() {
    return String.join(" ", world.venue.all("SELECT state FROM public.orders ORDER BY id"));
  }

  @Test
  void aBulkNobodyWasThereToConfirmWaitsAsOnePlanAndIsAppliedOnce() throws Exception {
    String plan = world.planForAll();
    assertThat(states()).isEqualTo("PENDING PENDING PENDING");

    Answer first = apply(plan);

    assertThat(text(first)).contains("3 of 3 orders", "applied and VERIFIED");
    assertThat(first.exit()).isEqualTo(ExitCode.FINE);
    assertThat(text(apply(plan))).isEqualTo(text(first));
    assertThat(states()).isEqualTo("SETTLED SETTLED SETTLED");
    assertThat(world.records()).isEqualTo("plan ord_1, plan ord_2, plan ord_3");
  }

  @Test
  void oneWhoseEvidenceIsVoidIsLeftOutListedAndRecordedAndTheOthersAreMoved() throws Exception {
    String plan = withOtherEvidence(world.planForAll(), "ord_2");

    Answer first = apply(plan);

    assertThat(first.exit()).as(text(first)).isEqualTo(ExitCode.WORLD_CHANGED);
    assertThat(text(first))
        .containsPattern("ord_2 .*VOID: the chain says SETTLED, not by the events")
        .contains("2 of 3 orders", "the others were skipped");
    assertThat(states()).isEqualTo("SETTLED PENDING SETTLED");
    assertThat(world.records()).isEqualTo("refusal ord_2, plan ord_1, plan ord_3");
    assertThat(text(apply(plan))).isEqualTo(text(first));
    assertThat(world.records()).isEqualTo("refusal ord_2, plan ord_1, plan ord_3");
    assertThat(text(world.ask(new PlanCommand.Show(plan)))).contains("CLOSED", "VOID");
  }

  @Test
  void staleOnesAreSkippedOrderByOrder() throws Exception {
    String plan = world.planForAll();
    world.venue.execute("UPDATE public.orders SET notes = 'here' WHERE id = 'ord_1'");
    world.venue.execute(
        "INSERT INTO metaops.block (chain_id, number, hash, parent_hash, time)"
            + " SELECT s.chain_id, (t -> 'blocks' -> -1 ->> 'number')::bigint, sha256('other'),"
            + " sha256('parent'), now() FROM metaops.stream s, jsonb_array_elements(?::jsonb) t"
            + " WHERE t ->> 'order' = 'ord_3'",
        targets(plan));

    Answer answer = apply(plan);

    assertThat(answer.exit()).as(text(answer)).isEqualTo(ExitCode.WORLD_CHANGED);
    assertThat(text(answer))
        .containsPattern("ord_1 .*CHANGED: the row was written")
        .containsPattern("ord_3 .*VOID: a block it rests on");
    assertThat(states()).isEqualTo("PENDING SETTLED PENDING");
    assertThat(text(apply(plan))).isEqualTo(text(answer));
  }

  private String targets(String plan) throws Exception {
    return tools.jackson.databind.json.JsonMapper.shared()
        .readTree(world.kept(plan).plan().text())
        .required("targets")
        .toString();
  }

  /** As if another transaction than the chain's had moved it: what a reorg leaves of a plan. */
  private String withOtherEvidence(String plan, String order) throws Exception {
    String text = world.kept(plan).plan().text();
    int at = text.lastIndexOf("\"order\":\"" + order + "\"");
    int from = text.lastIndexOf("{\"blocks\"", at);
    Matcher transaction =
        Pattern.compile("\"transaction\":\"((?:0x)?[0-9a-f]{64})").matcher(text).region(from, at);
    assertThat(transaction.find()).as(text).isTrue();
    return world.keepAltered(plan, transaction.group(1), "ab".repeat(32));
  }
}
