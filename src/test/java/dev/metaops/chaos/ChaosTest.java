package dev.metaops.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each fault, as a provider that asks sees it. */
class ChaosTest {
  private static BlockRef block(long number) {
    return new BlockRef(number, new Hash(HonestChain.hash("block", number)));
  }

  private static RpcFailure failure(Liar liar) {
    return Optional.ofNullable(catchThrowableOfType(RpcUnavailable.class, () -> liar.logs(1, 20)))
        .orElseThrow()
        .failure();
  }

  @Test
  void withoutFaultsEverythingIsThere() throws IOException {
    try (Liar liar = Liar.with()) {
      assertThat(liar.logs(1, 20)).hasSize(30);
      assertThat(liar.injections).isEmpty();
    }
  }

  @Test
  void theLogsOfABlockAreGoneHoweverTheyAreAskedFor() throws IOException {
    try (Liar liar = Liar.with("omit-block=block:4")) {
      assertThat(liar.logs(3, 6)).containsExactly("6:0", "6:1", "6:2");
      assertThat(liar.provider.logs(block(4), Set.of(Liar.ESCROW), liar.soon())).isEmpty();
      assertThat(liar.provider.receipts(List.of(block(4)), liar.soon()).getFirst())
          .singleElement()
          .satisfies(receipt -> assertThat(receipt.receipt().logs()).hasSize(3));
      assertThat(liar.injections).extracting(Injection::about).contains("eth_getLogs, block 4");
    }
  }

  @Test
  void everyThirdEventBlockIsLeftOutAndStaysLeftOut() throws IOException {
    try (Liar liar = Liar.with("omit-block=every:3")) {
      List<String> first = liar.logs(1, 20);
      assertThat(first).hasSize(21).doesNotContain("6:0", "12:0", "18:0");
      assertThat(liar.logs(1, 20)).isEqualTo(first);
    }
  }

  @Test
  void oneLogIsLeftOutOfLogsAndTheSameOneOfReceipts() throws IOException {
    try (Liar liar = Liar.with("omit-log=block:4", "omit-receipt-log=block:4")) {
      assertThat(liar.logs(4, 4)).containsExactly("4:1", "4:2");
      assertThat(liar.provider.receipts(List.of(block(4)), liar.soon()).getFirst().getFirst())
          .satisfies(receipt ->
              assertThat(receipt.receipt().logs()).extracting("index").containsExactly(1, 2));
    }
  }

  @Test
  void aRateFallsOnTheSameLogsInWhateverOrderTheyAreAskedFor() throws IOException {
    try (Liar whole = Liar.with("omit-log=0.2");
        Liar parts = Liar.with("omit-log=0.2");
        Liar other = Liar.seeded(8, "omit-log=0.2")) {
      List<String> backwards = new ArrayList<>();
      for (long number = 20; number > 0; number--) {
        backwards.addAll(parts.logs(number, number));
      }
      List<String> all = whole.logs(1, 20);
      assertThat(all).hasSizeBetween(15, 29).containsExactlyInAnyOrderElementsOf(backwards);
      assertThat(other.logs(1, 20)).isNotEqualTo(all);
    }
  }

  @Test
  void theFirstAnswerAboutEachNewBlockIsEmptyAndOnlyTheFirst() throws IOException {
    try (Liar liar = Liar.with("head-empty")) {
      assertThat(liar.logs(1, 20)).as("old blocks").hasSize(30);
      liar.chain.mine();
      liar.chain.mine();
      BlockRef fresh = block(22);
      assertThat(liar.provider.logs(fresh, Set.of(Liar.ESCROW), liar.soon())).isEmpty();
      assertThat(liar.provider.logs(fresh, Set.of(Liar.ESCROW), liar.soon())).hasSize(3);
      assertThat(liar.provider.receipts(List.of(fresh), liar.soon()).getFirst()).isEmpty();
      assertThat(liar.provider.receipts(List.of(fresh), liar.soon()).getFirst()).hasSize(1);
    }
  }

  @Test
  void resultsAreCutShortInSilence() throws IOException {
    try (Liar liar = Liar.with("cut-results=4")) {
      assertThat(liar.logs(1, 20)).containsExactly("2:0", "2:1", "2:2", "4:0");
    }
  }

  @Test
  void logsInAnotherOrderAreTakenAsTheyBelong() throws IOException {
    try (Liar liar = Liar.with("reorder-logs")) {
      assertThat(liar.logs(1, 4)).containsExactly("2:0", "2:1", "2:2", "4:0", "4:1", "4:2");
      assertThat(liar.injections).hasSize(1);
    }
  }

  @Test
  void aLogTwiceIsNoticed() throws IOException {
    try (Liar liar = Liar.with("duplicate-log=block:4")) {
      assertThat(failure(liar))
          .isInstanceOfSatisfying(
              RpcFailure.Garbage.class,
              garbage -> assertThat(garbage.why()).contains("log 0 of block 4"));
    }
  }

  @Test
  void aLogMarkedAsRemovedIsLeftOutOfARange() throws IOException {
    try (Liar liar = Liar.with("removed-log=block:4")) {
      assertThat(liar.logs(4, 4)).containsExactly("4:1", "4:2");
    }
  }

  @Test
  void anAlteredLogAndAnInventedOneHaveSoundShapes() throws IOException {
    try (Liar liar = Liar.with("alter-log=block:4", "invent-log=block:6")) {
      assertThat(liar.provider.logs(block(4), Set.of(Liar.ESCROW), liar.soon()).getFirst().data())
          .endsWith("01");
      assertThat(liar.logs(6, 6)).containsExactly("6:0", "6:1", "6:2", "6:3");
    }
  }

  @Test
  void aForgedHeaderKeepsItsHash() throws IOException {
    try (Liar liar = Liar.with("forge-header=block:4")) {
      Header forged = liar.provider.header(4, liar.soon()).orElseThrow();
      assertThat(forged.ref()).isEqualTo(block(4));
      assertThat(forged.logsBloom()).isEqualTo("0x" + "00".repeat(256));
      assertThat(forged.receiptsRoot().text()).isNotEqualTo(HonestChain.hash("root", 4));
      assertThat(liar.provider.header(6, liar.soon()).orElseThrow().receiptsRoot().text())
          .isEqualTo(HonestChain.hash("root", 6));
    }
  }

  @Test
  void aNodeThatLagsDoesNotKnowTheBlocksAboveItsHead() throws IOException {
    try (Liar liar = Liar.with("lag=3")) {
      ChainHead head = liar.provider.head(liar.soon());
      assertThat(head.latest().ref()).isEqualTo(block(17));
      assertThat(head.finalized()).contains(block(14));
      assertThat(liar.provider.header(18, liar.soon())).isEmpty();
      assertThat(liar.provider.header(block(18).hash(), liar.soon())).isEmpty();
      assertThat(liar.logs(15, 20)).containsExactly("16:0", "16:1", "16:2");
      assertThat(liar.logs(18, 20)).isEmpty();
      assertThat(liar.provider.receipt(new Hash(HonestChain.hash("transaction", 18)), liar.soon()))
          .isEmpty();
      RpcUnavailable unknown =
          catchThrowableOfType(
              RpcUnavailable.class,
              () -> liar.provider.logs(block(18), Set.of(Liar.ESCROW), liar.soon()));
      assertThat(unknown.failure()).isInstanceOf(RpcFailure.Behind.class);
    }
  }

  @Test
  void behindALoadBalancerAWholeBatchIsOfOneNode() throws IOException {
    try (Liar liar = Liar.with("lag=3,every:2")) {
      assertThat(liar.provider.head(liar.soon()).latest().ref()).isEqualTo(block(20));
      assertThat(liar.provider.headers(List.of(17L, 18L, 20L), liar.soon()))
          .extracting(Optional::isPresent)
          .containsExactly(true, false, false);
      assertThat(liar.provider.header(20, liar.soon())).isPresent();
    }
  }

  @Test
  void whatIsNoSoundQuestionGoesThrough() throws IOException {
    try (Liar liar = Liar.with("lag=3", "omit-block", "max-range=5")) {
      for (String odd :
          List.of(
              "{\"id\":1,\"method\":\"eth_getLogs\",\"params\":{}}",
              "{\"id\":1,\"method\":\"eth_getLogs\"}",
              "{\"id\":\"a\",\"method\":\"eth_getBlockByNumber\",\"params\":[null]}",
              "{\"id\":1,\"method\":\"eth_chainId\",\"params\":[]}",
              "[{\"id\":null,\"method\":\"eth_chainId\",\"params\":[]}]")) {
        assertThat(
                liar.chaos.answer(
                    odd.getBytes(java.nio.charset.StandardCharsets.UTF_8), liar.soon()))
            .as(odd)
            .isInstanceOf(Delivery.Comes.class);
      }
    }
  }

  @Test
  void aForkLinksAmongItselfAndStandsOnTheHonestChain() throws IOException {
    try (Liar liar = Liar.with("fork=16")) {
      List<Header> headers =
          liar.provider.headers(List.of(15L, 16L, 17L, 18L, 19L, 20L), liar.soon()).stream()
              .map(Optional::orElseThrow)
              .toList();
      for (int at = 1; at < headers.size(); at++) {
        assertThat(headers.get(at).extendsBlock(headers.get(at - 1).ref())).isTrue();
      }
      Header honest = headers.get(1);
      Header forged = headers.get(3);
      assertThat(honest.ref()).isEqualTo(block(16));
      assertThat(forged.hash()).isNotEqualTo(block(18).hash());
      assertThat(liar.provider.header(forged.hash(), liar.soon())).contains(forged);
      assertThat(liar.provider.header(block(18).hash(), liar.soon())).isEmpty();
      assertThat(liar.provider.logs(forged.ref(), Set.of(Liar.ESCROW), liar.soon())).hasSize(3);
      assertThat(liar.provider.receipts(List.of(forged.ref()), liar.soon()).getFirst()).hasSize(1);
    }
  }

  @Test
  void aForkMayBeginSoManyBlocksUnderTheHead() throws IOException {
    try (Liar liar = Liar.with("fork=-2")) {
      liar.provider.head(liar.soon());
      liar.chain.mine();
      assertThat(liar.provider.header(18, liar.soon()).orElseThrow().ref()).isEqualTo(block(18));
      assertThat(liar.provider.header(19, liar.soon()).orElseThrow().ref()).isNotEqualTo(block(19));
    }
  }

  @Test
  void theFinalizedBlockGoesBackAndForth() throws IOException {
    try (Liar liar = Liar.with("finalized-back=4")) {
      assertThat(finalized(liar)).isEqualTo(14);
      assertThat(finalized(liar)).isEqualTo(10);
      assertThat(finalized(liar)).isEqualTo(14);
    }
  }

  @Test
  void theFinalizedBlockStandsStillWhileTheChainGoesOn() throws IOException {
    try (Liar liar = Liar.with("finalized-stalled")) {
      assertThat(finalized(liar)).isEqualTo(14);
      liar.chain.mine();
      assertThat(finalized(liar)).isEqualTo(14);
      assertThat(liar.provider.head(liar.soon()).latest().number()).isEqualTo(21);
    }
  }

  @Test
  void theFinalizedBlockIsTheHeadItself() throws IOException {
    try (Liar liar = Liar.with("finalized-ahead")) {
      assertThat(finalized(liar)).isEqualTo(20);
    }
  }

  private static long finalized(Liar liar) {
    return liar.provider.head(liar.soon()).finalized().orElseThrow().number();
  }

  @Test
  void aNodeMayNotKnowTheTags() throws IOException {
    try (Liar liar = Liar.with("no-finalized")) {
      ChainHead head = liar.provider.head(liar.soon());
      assertThat(head.finalized()).isEmpty();
      assertThat(head.safe()).isEmpty();
      assertThat(head.latest().ref()).isEqualTo(block(20));
    }
  }

  @Test
  void aNodeOfAnotherChainIsNamed() throws IOException {
    try (Liar liar = Liar.with("wrong-chain=5")) {
      assertThat(
              catchThrowableOfType(
                      RpcUnavailable.class, () -> liar.provider.requireChain(31337, liar.soon()))
                  .failure())
          .isEqualTo(new RpcFailure.WrongChain(31337, 5));
    }
  }

  @Test
  void everyProvidersWordsForTooWideARangeAreUnderstoodAndHalvesAreAsked() throws IOException {
    for (RangeLimit limit : RangeLimit.values()) {
      try (Liar liar = Liar.with(limit.word() + "=5")) {
        assertThat(liar.logs(1, 20)).as(limit.word()).hasSize(30);
        assertThat(liar.injections).as(limit.word()).isNotEmpty();
      }
    }
  }

  @Test
  void tooManyResultsAreRefused() throws IOException {
    try (Liar liar = Liar.with("max-results=10")) {
      assertThat(liar.logs(1, 20)).hasSize(30);
      assertThat(liar.injections).isNotEmpty();
    }
  }

  @Test
  void aBatchThatIsTooLargeIsAskedInHalves() throws IOException {
    try (Liar liar = Liar.with("max-batch=2")) {
      assertThat(liar.provider.headers(List.of(1L, 2L, 3L, 4L, 5L), liar.soon()))
          .allSatisfy(header -> assertThat(header).isPresent());
      assertThat(liar.injections).isNotEmpty();
    }
  }

  @Test
  void withoutBlockReceiptsEachTransactionIsAsked() throws IOException {
    try (Liar liar = Liar.with("no-block-receipts")) {
      assertThat(liar.provider.receipts(List.of(block(4)), liar.soon()).getFirst()).hasSize(1);
    }
  }

  @Test
  void aQuotaNamesItsPauseAndARateIsCountedBySeconds() throws IOException {
    try (Liar liar = Liar.with("quota=30")) {
      assertThat(failure(liar))
          .isInstanceOfSatisfying(
              RpcFailure.Quota.class,
              quota -> assertThat(quota.retryAfter()).contains(Duration.ofSeconds(30)));
    }
    try (Liar liar = Liar.with("max-rate=2")) {
      assertThat(liar.logs(2, 2)).hasSize(3);
      assertThat(liar.logs(2, 2)).hasSize(3);
      assertThat(failure(liar)).isInstanceOf(RpcFailure.Quota.class);
      liar.ticker.advance(Duration.ofSeconds(1));
      assertThat(liar.logs(2, 2)).hasSize(3);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "hang, no answer within",
    "reset, the connection broke",
    "http-error=502, it answered HTTP 502",
    "latency=6000, no answer within",
    "cut, not JSON",
    "truncate, not JSON",
    "bomb, not JSON",
    "huge-number, not JSON",
    "html, not JSON",
    "empty, an empty answer",
    "wrong-id, an answer to another question"
  })
  void aBrokenExchangeIsNamed(String fault, String words) throws IOException {
    try (Liar liar = Liar.with(fault)) {
      assertThat(failure(liar).sentence()).contains(words);
      assertThat(liar.injections)
          .singleElement()
          .isEqualTo(new Injection(Fault.parse(fault), "eth_getLogs"));
    }
  }

  @Test
  void oneByteIsAnotherNowAndThen() throws IOException {
    try (Liar liar = Liar.with("flip");
        Liar same = Liar.with("flip")) {
      byte[] question =
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\",\"params\":[]}"
              .getBytes(java.nio.charset.StandardCharsets.UTF_8);
      byte[] honest =
          body(new Delivery.Comes(liar.chain.post(question, liar.soon()), Duration.ZERO));
      byte[] flipped = body(liar.chaos.answer(question, liar.soon()));
      int differing = 0;
      for (int at = 0; at < honest.length; at++) {
        differing += honest[at] == flipped[at] ? 0 : 1;
      }
      assertThat(differing).isOne();
      assertThat(body(same.chaos.answer(question, same.soon()))).isEqualTo(flipped);
    }
  }

  private static byte[] body(Delivery delivery) {
    if (delivery instanceof Delivery.Comes(var outcome, _)
        && outcome instanceof dev.metaops.rpc.Transport.Outcome.Replied(_, _, byte[] body)) {
      return body;
    }
    throw new AssertionError(delivery);
  }

  @Test
  void theFirstTwoAnswersHangAndThenAllIsWell() throws IOException {
    try (Liar liar = Liar.with("hang=2")) {
      assertThat(failure(liar)).isInstanceOf(RpcFailure.NoAnswer.class);
      assertThat(failure(liar)).isInstanceOf(RpcFailure.NoAnswer.class);
      assertThat(liar.logs(1, 20)).hasSize(30);
      assertThat(liar.chaos.injected()).containsEntry(Fault.parse("hang=2"), 2L);
    }
  }

  @Test
  void theSameSeedFaultsAndQuestionsGiveTheSame() throws IOException {
    assertThat(history(11)).isEqualTo(history(11)).isNotEqualTo(history(12));
  }

  private static List<String> history(long seed) throws IOException {
    List<String> seen = new ArrayList<>();
    try (Liar liar =
        Liar.seeded(
            seed,
            "hang=0.1",
            "quota=1,0.1",
            "truncate=0.1",
            "omit-log=0.1",
            "lag=2,0.3",
            "flip=0.1")) {
      for (int question = 0; question < 200; question++) {
        try {
          seen.add(liar.logs(1 + question % 10, 20).toString());
        } catch (RpcUnavailable named) {
          seen.add(named.failure().toString());
        }
      }
      liar.injections.forEach(injection -> seen.add(injection.toString()));
    }
    return seen;
  }

  @Test
  void faultsAreSwitchedWhileItRuns() throws IOException {
    try (Liar liar = Liar.with("omit-block")) {
      assertThat(liar.logs(1, 20)).isEmpty();
      liar.chaos.switchTo(List.of());
      assertThat(liar.logs(1, 20)).hasSize(30);
      assertThat(liar.chaos.injected()).containsKey(Fault.parse("omit-block"));
    }
  }

  @Test
  void aBatchHoldsOneRefusalAndOtherwiseAnswers() throws IOException {
    try (Liar liar = Liar.with("omit-block=block:4", "no-block-receipts")) {
      assertThat(liar.provider.headers(List.of(3L, 4L), liar.soon())).hasSize(2);
      assertThat(liar.provider.receipts(List.of(block(4), block(6)), liar.soon())).hasSize(2);
    }
  }
}
