package dev.metaops.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Execution;
import dev.metaops.chain.Hash;
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
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Sound JSON-RPC whose content cannot be true, or is not about what was asked. */
class LyingNodeTest {
  private static final Address CONTRACT = new Address("0x" + "c0".repeat(20));
  private static final Set<Address> WATCHED = Set.of(CONTRACT);
  private static final BlockRef SEVEN = new BlockRef(7, hash(7));

  @AutoClose private final FakeNode node = new FakeNode();
  private final SettableTicker ticker = new SettableTicker();
  private final Provider provider =
      new Provider(
          new JsonRpc(
              Endpoint.parse("main", node.url()), Patience.ONCE, ticker, new SplittableRandom(1)));

  @Test
  void aChainWithoutTagsHasAHeadWithoutThem() {
    node.on(
        "eth_getBlockByNumber",
        params ->
            switch (params.path(0).stringValue()) {
              case "latest" -> block(7);
              case "safe" -> throw new Refusal(-32602, "invalid block tag");
              default -> JsonNodeFactory.instance.nullNode();
            });
    ChainHead head = provider.head(soon());
    assertThat(head.latest().ref()).isEqualTo(SEVEN);
    assertThat(head.safe()).isEmpty();
    assertThat(head.finalized()).isEmpty();
  }

  @Test
  void aTagAheadOfTheLatestBlockIsNotBelieved() {
    node.on(
        "eth_getBlockByNumber",
        params -> block(params.path(0).stringValue().equals("finalized") ? 8 : 7));
    ChainHead head = provider.head(soon());
    assertThat(head.finalized()).isEmpty();
    assertThat(head.safe()).contains(SEVEN);
  }

  @Test
  void aTagRefusedForQuotaIsAFailure() {
    node.on(
        "eth_getBlockByNumber",
        params -> {
          if (params.path(0).stringValue().equals("safe")) {
            throw new Refusal(429, "rate limit");
          }
          return block(7);
        });
    assertThat(failure(() -> provider.head(soon()))).isInstanceOf(RpcFailure.Quota.class);
  }

  @Test
  void blocksThatCannotBeTrueAreRefused() {
    checkBlock(block(8), "number: 8 (asked: 7)");
    checkBlock(block(7).put("parentHash", hash(7).text()), "is its own parent");
    checkBlock(block(7).put("hash", "0x12"), "hash: 0x12 (expected: 0x and 64 hex digits)");
    checkBlock(block(7).put("number", 7), "number: missing or not text");
    checkBlock(block(7).put("number", "0xffffffffffffffff"), "number: 0xffffffffffffffff");
    checkBlock(block(7).put("number", "0x"), "number: expected 0x");
    checkBlock(block(7).put("number", "0xzz"), "number: 0xzz");
    checkBlock(block(7).put("number", "0x-7"), "number: 0x-7");
    checkBlock(block(7).put("timestamp", "0xffffffffffff"), "timestamp");
    checkBlock(block(7).put("logsBloom", "0x00"), "logsBloom");
    checkBlock(block(7).putNull("receiptsRoot"), "receiptsRoot: missing or not text");
    checkBlock(StringNode.valueOf("0x7"), "expected a block or null");
    checkBlock(block(7).put("hash", "\u001b[2J" + "x".repeat(10_000)), "hash: ");
  }

  private void checkBlock(JsonNode answer, String words) {
    node.on("eth_getBlockByNumber", _ -> answer);
    garbage(() -> provider.header(7, soon()), words);
  }

  @Test
  void anotherBlockThanTheHashAskedIsRefused() {
    node.on("eth_getBlockByHash", _ -> block(7));
    assertThat(provider.header(hash(7), soon()).orElseThrow().ref()).isEqualTo(SEVEN);
    garbage(() -> provider.header(hash(8), soon()), "hash: 0x");
  }

  @Test
  void logsOfABlockAreOfThatBlockThatContractAndWellFormed() {
    checkLogs(List.of(log(8, 0)), "block of a log: 8");
    checkLogs(List.of(log(7, 0).put("blockHash", hash(9).text())), "block of a log: 7");
    checkLogs(List.of(log(7, 0).put("removed", true)), "a removed log in block 7");
    checkLogs(List.of(log(7, 1), log(7, 1)), "twice or out of order");
    checkLogs(List.of(log(7, 0).put("address", "0x" + "bb".repeat(20))), "that was not asked");
    checkLogs(List.of(log(7, 0).put("data", "0x123")), "log data: 0x123");
    checkLogs(List.of(log(7, 0).put("data", "0xzz")), "log data: 0xzz");
    checkLogs(List.of(log(7, 0).putNull("blockHash")), "blockHash: missing or not text");
    checkLogs(List.of(log(7, 0).put("logIndex", "0x80000000")), "logIndex: 2147483648");
    checkLogs(List.of(log(7, 0).put("topics", "0x")), "topics: expected an array");
    ObjectNode fiveTopics = log(7, 0);
    LongStream.range(0, 5).forEach(at -> fiveTopics.withArray("topics").add(hash(at).text()));
    checkLogs(List.of(fiveTopics), "topics: expected an array of at most 4");
    ObjectNode shortTopic = log(7, 0);
    shortTopic.withArray("topics").add("0x01");
    checkLogs(List.of(shortTopic), "hash: 0x01");
    checkLogs(List.of(JsonNodeFactory.instance.nullNode()), "a log that is not an object");
    node.on("eth_getLogs", "null");
    garbage(() -> provider.logs(SEVEN, WATCHED, soon()), "expected an array of logs");
  }

  private void checkLogs(List<JsonNode> answer, String words) {
    node.on("eth_getLogs", _ -> array(answer));
    garbage(() -> provider.logs(SEVEN, WATCHED, soon()), words);
  }

  @Test
  void logsOfARangeAreSortedRemovedOnesLeftOutOthersRefused() {
    LogFilter filter = LogFilter.of(WATCHED);
    node.on(
        "eth_getLogs",
        _ -> array(List.of(log(8, 0), log(7, 4), log(6, 0).put("removed", true), log(7, 2))));
    assertThat(provider.logs(6, 8, filter, soon()))
        .extracting(log -> log.block().number(), Log::index)
        .containsExactly(tuple(7L, 2), tuple(7L, 4), tuple(8L, 0));
    garbage(() -> provider.logs(6, 7, filter, soon()), "a log of block 8");
    LogFilter byTopic = new LogFilter(WATCHED, List.of(Set.of(hash(1))));
    garbage(() -> provider.logs(6, 8, byTopic, soon()), "that was not asked");
    node.on(
        "eth_getLogs", _ -> array(List.of(log(7, 0), log(7, 1).put("blockHash", hash(1).text()))));
    garbage(() -> provider.logs(6, 8, filter, soon()), "logs of two blocks 7");
  }

  @Test
  void aRangeThatIsTooWideIsAskedInParts() {
    List<String> asked = new ArrayList<>();
    node.on(
        "eth_getLogs",
        params -> {
          long from = Long.decode(params.path(0).path("fromBlock").stringValue());
          long to = Long.decode(params.path(0).path("toBlock").stringValue());
          asked.add(from + "-" + to);
          if (to - from >= 3) {
            throw new Refusal(-32005, "query returned more than 10000 results");
          }
          return array(LongStream.rangeClosed(from, to).mapToObj(at -> log(at, 0)).toList());
        });
    assertThat(provider.logs(1, 8, LogFilter.of(WATCHED), soon()))
        .extracting(log -> log.block().number())
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    assertThat(asked).containsExactly("1-8", "1-4", "1-2", "3-4", "5-6", "7-8");
  }

  @Test
  void aSingleBlockThatIsTooWideIsAFailure() {
    node.on(
        "eth_getLogs",
        _ -> {
          throw new Refusal(-32602, "Log response size exceeded");
        });
    assertThat(failure(() -> provider.logs(1, 4, LogFilter.of(WATCHED), soon())))
        .isInstanceOf(RpcFailure.RangeTooWide.class);
    assertThat(node.asked()).hasSize(3);
  }

  @Test
  void aFilterNamesAtLeastOneContract() {
    assertThatThrownBy(() -> LogFilter.of(Set.of())).hasMessageContaining("at least one contract");
  }

  @Test
  void receiptsAgreeWithThemselves() {
    node.on("eth_getTransactionReceipt", _ -> receipt().put("status", "0x2"));
    garbage(() -> provider.receipt(hash(99), soon()), "status: 2 (expected: 0 or 1)");
    node.on("eth_getTransactionReceipt", _ -> receipt());
    garbage(() -> provider.receipt(hash(98), soon()), "transaction: 0x");
    ObjectNode foreignLog = receipt();
    foreignLog.withArray("logs").add(log(8, 0));
    node.on("eth_getTransactionReceipt", _ -> foreignLog);
    garbage(() -> provider.receipt(hash(99), soon()), "log 0 of block 8");
    node.on("eth_getTransactionReceipt", _ -> receipt().put("root", hash(3).text()));
    assertThat(provider.receipt(hash(99), soon()).orElseThrow().execution())
        .isEqualTo(Execution.UNSTATED);
    node.on("eth_getTransactionReceipt", "null");
    assertThat(provider.receipt(hash(99), soon())).isEmpty();
  }

  @Test
  void aRefusalOfTheContractCarriesItsData() {
    checkRevert(new Refusal(3, "execution reverted", StringNode.valueOf("0xDEAD")), "0xdead");
    checkRevert(
        new Refusal(-32015, "VM execution error", StringNode.valueOf("Reverted 0x01")), "0x01");
    checkRevert(new Refusal(-32000, "execution reverted"), "0x");
    checkRevert(new Refusal(3, "execution reverted", StringNode.valueOf("0xabc")), "0x");
  }

  private void checkRevert(Refusal refusal, String data) {
    node.on(
        "eth_call",
        _ -> {
          throw refusal;
        });
    assertThat(failure(() -> provider.call(CONTRACT, new byte[4], At.Tag.LATEST, soon())))
        .isEqualTo(new RpcFailure.Reverted(data));
  }

  @Test
  void errorsAreNamedByTheirTexts() {
    check(-32005, "query returned more than 10000 results", RpcFailure.RangeTooWide.class);
    check(-32602, "block range is too wide", RpcFailure.RangeTooWide.class);
    check(-32005, "limit exceeded", RpcFailure.Quota.class);
    check(-32029, "Too Many Requests", RpcFailure.Quota.class);
    check(-32000, "daily request count exceeded, request rate limited", RpcFailure.Quota.class);
    check(-32002, "invalid project id", RpcFailure.KeyRefused.class);
    check(-32000, "missing trie node 0x12 (path )", RpcFailure.NoArchive.class);
    check(-32000, "header not found", RpcFailure.Behind.class);
    check(-39001, "Unknown block", RpcFailure.Behind.class);
    check(-32601, "the method eth_x does not exist", RpcFailure.ErrorAnswer.class);
  }

  private void check(int code, String message, Class<? extends RpcFailure> failure) {
    node.on(
        "eth_chainId",
        _ -> {
          throw new Refusal(code, message);
        });
    assertThat(failure(() -> provider.chainId(soon()))).as(message).isInstanceOf(failure);
  }

  @Test
  void numbersAreNumbers() {
    for (String bad : List.of("1", "\"1\"", "\"0x\"", "null", "\"0x8000000000000000\"", "[]")) {
      node.on("eth_chainId", bad);
      assertThat(failure(() -> provider.chainId(soon())))
          .as(bad)
          .isInstanceOf(RpcFailure.Garbage.class);
    }
    node.on("eth_getBalance", "\"0x" + "f".repeat(65) + "\"");
    garbage(() -> provider.balance(CONTRACT, At.Tag.LATEST, soon()), "expected 0x and 1 to 64");
  }

  @Test
  void whateverTheBytesItIsAnAnswerOrANamedFailure() {
    long seed = new SplittableRandom().nextLong();
    System.out.println("seed of whateverTheBytesItIsAnAnswerOrANamedFailure: " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    node.on("eth_getLogs", _ -> array(List.of(log(7, 1), log(7, 2))));
    node.on("eth_getBlockByNumber", _ -> block(7));
    node.on("eth_getTransactionReceipt", _ -> receipt());
    int answered = 0;
    for (int round = 0; round < 2000; round++) {
      node.garble(text -> mutated(text, random));
      try {
        switch (round % 3) {
          case 0 -> assertThat(provider.logs(SEVEN, WATCHED, soon())).hasSizeLessThan(3);
          case 1 -> assertThat(provider.head(soon()).latest().number()).isNotNegative();
          default -> assertThat(provider.receipt(hash(99), soon())).isNotNull();
        }
        answered++;
      } catch (RpcUnavailable named) {
        assertThat(named.getMessage()).as("seed %d", seed).doesNotMatch("(?s).*\\p{Cc}.*");
      }
    }
    assertThat(answered).as("seed %d", seed).isBetween(1, 1999);
  }

  private static String mutated(String honest, SplittableRandom random) {
    StringBuilder text = new StringBuilder(honest);
    for (int change = random.nextInt(4); change > 0; change--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(4)) {
        case 0 -> text.setCharAt(at, (char) random.nextInt(32, 127));
        case 1 -> text.setCharAt(at, (char) random.nextInt(0x800));
        case 2 -> text.deleteCharAt(at);
        default -> text.insert(at, "{}[]\",:x0e-7".charAt(random.nextInt(12)));
      }
    }
    return text.toString();
  }

  private void garbage(ThrowingCallable asking, String words) {
    RpcUnavailable thrown = catchThrowableOfType(RpcUnavailable.class, asking);
    assertThat(thrown.failure()).as(words).isInstanceOf(RpcFailure.Garbage.class);
    assertThat(thrown).hasMessageContaining(words);
    assertThat(thrown.getMessage()).doesNotMatch("(?s).*\\p{Cc}.*").hasSizeLessThan(500);
  }

  private static RpcFailure failure(ThrowingCallable asking) {
    return Optional.ofNullable(catchThrowableOfType(RpcUnavailable.class, asking))
        .orElseThrow()
        .failure();
  }

  private Deadline soon() {
    return Deadline.in(Duration.ofSeconds(10), ticker);
  }

  static Hash hash(long number) {
    return new Hash("0x%064x".formatted(0xb10c_0000L + number));
  }

  static ObjectNode block(long number) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("number", "0x" + Long.toHexString(number))
        .put("hash", hash(number).text())
        .put("parentHash", hash(number - 1).text())
        .put("timestamp", "0x6553f100")
        .put("logsBloom", "0x" + "00".repeat(256))
        .put("receiptsRoot", hash(0).text());
  }

  static ObjectNode log(long block, int index) {
    ObjectNode log =
        JsonNodeFactory.instance
            .objectNode()
            .put("blockNumber", "0x" + Long.toHexString(block))
            .put("blockHash", hash(block).text())
            .put("transactionHash", hash(99).text())
            .put("logIndex", "0x" + Integer.toHexString(index))
            .put("address", CONTRACT.text())
            .put("data", "0x");
    log.putArray("topics");
    return log;
  }

  private static ObjectNode receipt() {
    ObjectNode receipt =
        JsonNodeFactory.instance
            .objectNode()
            .put("blockNumber", "0x7")
            .put("blockHash", hash(7).text())
            .put("transactionHash", hash(99).text());
    receipt.putArray("logs").add(log(7, 0));
    return receipt;
  }

  private static ArrayNode array(List<? extends JsonNode> nodes) {
    return JsonNodeFactory.instance.arrayNode().addAll(nodes);
  }
}
