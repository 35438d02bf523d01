package dev.metaops.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.chain.Address;
import dev.metaops.chain.Log;
import dev.metaops.testing.FakeNode;
import dev.metaops.testing.FakeNode.Refusal;
import dev.metaops.testing.SettableTicker;
import dev.metaops.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;

/** What a node was found to take at once is what it is asked from then on. */
class LearnedLimitsTest {
  private static final LogFilter FILTER = LogFilter.of(Set.of(new Address("0x" + "c0".repeat(20))));

  @AutoClose private final FakeNode node = new FakeNode();
  private final SettableTicker ticker = new SettableTicker();
  private final List<String> asked = new ArrayList<>();
  private final Provider provider =
      new Provider(
          new JsonRpc(
              Endpoint.parse("node", node.url()), Patience.ONCE, ticker, new SplittableRandom(1)));

  @Test
  void aNodeThatTakesTenBlocksIsAskedTenAtOnceEverAfter() {
    refusesOver(10, "you can make eth_getLogs requests with up to a 10 block range");
    logs(1, 30);
    assertThat(asked).containsExactly("1-30", "1-10", "11-20", "21-30");
    asked.clear();
    logs(101, 125);
    assertThat(asked).containsExactly("101-110", "111-120", "121-125");
    assertThat(provider.limits().blocks()).contains(10L);
  }

  @Test
  void aRuleIsTriedAgainWiderAfterADay() {
    refusesOver(10, "limited to a 10 range");
    logs(1, 20);
    ticker.advance(Duration.ofDays(1));
    asked.clear();
    logs(1, 20);
    assertThat(asked).containsExactly("1-20", "1-10", "11-20");
    asked.clear();
    logs(1, 20);
    assertThat(asked).containsExactly("1-10", "11-20");
    refusesOver(1_000, "limited to a 1,000 range");
    ticker.advance(Duration.ofDays(1));
    asked.clear();
    logs(1, 20);
    assertThat(asked).as("the plan was raised").containsExactly("1-20");
  }

  @Test
  void theRangeThatTheNodeSuggestsIsTheNextQuestion() {
    node.on(
        "eth_getLogs",
        params -> {
          long from = Long.decode(params.path(0).path("fromBlock").stringValue());
          long to = Long.decode(params.path(0).path("toBlock").stringValue());
          asked.add(from + "-" + to);
          if (to - from + 1 > 7) {
            throw new Refusal(
                -32005,
                "query returned more than 10000 results. Try with this block range [0x"
                    + Long.toHexString(from)
                    + ", 0x"
                    + Long.toHexString(from + 6)
                    + "].");
          }
          return logsOf(from, to);
        });
    logs(1, 20);
    assertThat(asked).containsExactly("1-20", "1-7", "8-14", "15-20");
    assertThat(provider.limits().blocks()).as("no rule: those blocks were full").isEmpty();
    assertThat(provider.limits().results()).contains(10_000L);
  }

  @Test
  void whatWasTooMuchOnlyForFullBlocksGrowsAgain() {
    refusesOver(8, "query timeout exceeded");
    logs(1, 16);
    assertThat(provider.limits().blocksNow()).contains(8L);
    refusesOver(1_000_000, "");
    for (int time = 0; time < 20; time++) {
      logs(1, 400);
    }
    asked.clear();
    logs(1, 400);
    assertThat(asked).containsExactly("1-400");
  }

  @Test
  void oneBlockThatIsTooMuchIsAFailure() {
    refusesOver(0, "query timeout exceeded");
    assertThatThrownBy(() -> logs(1, 4)).hasMessageContaining("took too long for it");
    assertThat(asked).containsExactly("1-4", "1-2", "1-1");
  }

  @Test
  void aBatchIsAsLargeAsTheNodeSaidEverAfter() {
    node.on(
        "eth_getBlockByNumber",
        params -> LyingNodeTest.block(Long.decode(params.path(0).stringValue())));
    node.refuseBatchesOver(3, "Batch of more than 3 requests are not allowed on free tier");
    assertThat(headers(9)).isEqualTo(9);
    assertThat(node.asked()).as("one that was refused, three that were not").hasSize(4);
    assertThat(headers(9)).isEqualTo(9);
    assertThat(node.asked()).hasSize(7);
    assertThat(provider.limits().batch()).contains(3L);
  }

  @Test
  void aBatchRefusedWithoutAReasonIsHalvedForThisMethodAndGrowsAgain() {
    node.on(
        "eth_getBlockByNumber",
        params -> LyingNodeTest.block(Long.decode(params.path(0).stringValue())));
    node.refuseBatchesOver(25);
    assertThat(headers(100)).isEqualTo(100);
    assertThat(sizes()).containsExactly(100, 50, 25, 25, 25, 25);
    assertThat(provider.limits().batch()).isEmpty();
    node.refuseBatchesOver(1_000);
    headers(100);
    assertThat(sizes()).endsWith(37, 37, 26);
  }

  private List<Integer> sizes() {
    return node.asked().stream().map(body -> FakeNode.JSON.readTree(body).size()).toList();
  }

  private long headers(int count) {
    return provider.headers(LongStream.rangeClosed(1, count).boxed().toList(), soon()).stream()
        .filter(Optional::isPresent)
        .count();
  }

  private void refusesOver(long most, String words) {
    node.on(
        "eth_getLogs",
        params -> {
          long from = Long.decode(params.path(0).path("fromBlock").stringValue());
          long to = Long.decode(params.path(0).path("toBlock").stringValue());
          asked.add(from + "-" + to);
          if (to - from + 1 > most) {
            throw new Refusal(-32000, words);
          }
          return logsOf(from, to);
        });
  }

  private static ArrayNode logsOf(long from, long to) {
    ArrayNode logs = FakeNode.JSON.createArrayNode();
    LongStream.rangeClosed(from, to).forEach(number -> logs.add(LyingNodeTest.log(number, 0)));
    return logs;
  }

  private void logs(long from, long to) {
    assertThat(provider.logs(from, to, FILTER, soon()))
        .extracting(Log::block)
        .extracting(block -> block.number())
        .isEqualTo(LongStream.rangeClosed(from, to).boxed().toList());
  }

  private Deadline soon() {
    return Deadline.in(Duration.ofSeconds(30), ticker);
  }
}
