package dev.metaops.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.rpc.Excess.Of;
import dev.metaops.testing.FakeNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What real nodes and providers say when it is too much, and what we make of it. */
class PhrasebookTest {
  /** A text, who says it, and what it means. */
  private record Said(String who, String text, Of of, long most, long from, long to) {
    Said(String who, String text, Of of, long most) {
      this(who, text, of, most, 0, 0);
    }

    Said(String who, String text, Of of) {
      this(who, text, of, 0, 0, 0);
    }
  }

  private static final List<Said> TEXTS =
      List.of(
          new Said(
              "Infura",
              "query returned more than 10000 results. Try with this block range [0x64, 0xC7].",
              Of.RESULTS,
              10_000,
              100,
              199),
          new Said(
              "geth before 1.14", "query returned more than 10000 results", Of.RESULTS, 10_000),
          new Said(
              "Alchemy",
              "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block"
                  + " range and no limit on the response size, or you can request any block range"
                  + " with a cap of 10K logs in the response. Based on your parameters and the"
                  + " response size limit, this block range should work: [0x0, 0x7cf]",
              Of.RESULTS,
              0,
              0,
              1999),
          new Said(
              "Alchemy, free",
              "Under the Free tier plan, you can make eth_getLogs requests with up to a 10 block"
                  + " range. Based on your parameters, this block range should work: [0x1180fca,"
                  + " 0x1180fd3]. Upgrade to PAYG for expanded block range.",
              Of.BLOCKS,
              10,
              0x1180fca,
              0x1180fd3),
          new Said(
              "Alchemy, slow",
              "Query timeout exceeded. Consider reducing your block range. Based on your parameters"
                  + " and the response size limit, this block range should work: [0x5223c98,"
                  + " 0x5223e80]",
              Of.TIME,
              0,
              0x5223c98,
              0x5223e80),
          new Said("QuickNode", "eth_getLogs is limited to a 10,000 range", Of.BLOCKS, 10_000),
          new Said("QuickNode, free", "eth_getLogs is limited to a 5 range", Of.BLOCKS, 5),
          new Said("Blast", "eth_getLogs is limited to a 5,000 blocks range", Of.BLOCKS, 5_000),
          new Said(
              "Blast, paid",
              "the requested range exceeds the range allowed for your plan (20000 > 5000)",
              Of.BLOCKS,
              5_000),
          new Said("1RPC", "eth_getLogs is limited to 0 - 50 blocks range", Of.BLOCKS, 50),
          new Said(
              "1RPC, large",
              "response size should not greater than 10000000 bytes",
              Of.BYTES,
              10_000_000),
          new Said(
              "BlockPI",
              "eth_getLogs is limited to 1024 block range. Please check the parameter requirements",
              Of.BLOCKS,
              1_024),
          new Said("Ankr", "block range is too wide", Of.BLOCKS),
          new Said("Ankr, TAC", "maximum [from, to] blocks distance: 10000", Of.BLOCKS, 10_000),
          new Said(
              "dRPC", "ranges over 10000 blocks are not supported on freetier", Of.BLOCKS, 10_000),
          new Said(
              "dRPC, dense",
              "query exceeds max results 20000, retry with the range 24000000-24000049",
              Of.RESULTS,
              20_000,
              24_000_000,
              24_000_049),
          new Said("publicnode", "exceed maximum block range: 50000", Of.BLOCKS, 50_000),
          new Said("BNB Chain", "exceed maximum block range: 5000", Of.BLOCKS, 5_000),
          new Said("merkle", "eth_getLogs range is too large, max is 1k blocks", Of.BLOCKS, 1_000),
          new Said(
              "Chainstack",
              "Block range limit exceeded. See more details at https://docs.chainstack.com/docs",
              Of.BLOCKS),
          new Said("LlamaRPC", "query exceeds max results 20000", Of.RESULTS, 20_000),
          new Said("LlamaRPC, wide", "query exceeds max block range 100000", Of.BLOCKS, 100_000),
          new Said("Cloudflare", "Max range: 800", Of.BLOCKS, 800),
          new Said(
              "thirdweb", "Maximum allowed number of requested blocks is 1000", Of.BLOCKS, 1_000),
          new Said(
              "Avalanche",
              "requested too many blocks from 0 to 16000, maximum is set to 2048",
              Of.BLOCKS,
              2_048),
          new Said("Coinbase", "please limit the query to at most 1,000 blocks", Of.BLOCKS, 1_000),
          new Said("Base", "block range too large", Of.BLOCKS),
          new Said("Swell", "block range greater than 10000 max", Of.BLOCKS, 10_000),
          new Said("Somnia", "block range exceeds 1000", Of.BLOCKS, 1_000),
          new Said("Moonriver", "block range is too wide (maximum 1024)", Of.BLOCKS, 1_024),
          new Said("Harmony", "query must be smaller than size 1024", Of.BLOCKS, 1_024),
          new Said("Besu", "Requested range exceeds maximum RPC range limit", Of.BLOCKS),
          new Said("Arbitrum", "logs matched by query exceeds limit of 10000", Of.RESULTS, 10_000),
          new Said("OP stack", "backend response too large", Of.BYTES),
          new Said("Tenderly", "response is too big", Of.BYTES),
          new Said("geth", "query timeout exceeded", Of.TIME),
          new Said("Go nodes", "context deadline exceeded", Of.TIME),
          new Said(
              "dRPC, batch",
              "Batch of more than 3 requests are not allowed on free tier, to use this feature"
                  + " register paid account at drpc.org",
              Of.BATCH,
              3),
          new Said(
              "Erigon, batch",
              "batch limit 100 exceeded (can increase by --rpc.batch.limit). Requested batch of"
                  + " size: 101",
              Of.BATCH,
              100),
          new Said("geth, batch", "batch too large", Of.BATCH),
          new Said("Reth, batch", "The batch request was too large", Of.BATCH),
          new Said(
              "Besu, batch", "Number of requests in batch exceeds --rpc-max-batch-size.", Of.BATCH),
          new Said("Nethermind, batch", "Batch size limit exceeded", Of.BATCH),
          new Said("no batches", "Batched requests are not supported by this server", Of.BATCH));

  @Test
  void eachTextIsReadForWhatItMeans() {
    for (Said said : TEXTS) {
      assertThat(name(-32000, said.text()))
          .as(said.who())
          .isInstanceOfSatisfying(
              RpcFailure.RangeTooWide.class,
              failure ->
                  assertThat(failure.excess())
                      .isEqualTo(
                          new Excess(
                              said.of(),
                              Optional.of(said.most()).filter(most -> most > 0),
                              Optional.of(said.to())
                                  .filter(to -> to > 0)
                                  .map(to -> new Excess.Blocks(said.from(), to)))));
    }
  }

  @Test
  void whatIsAboutSomethingElseIsNotTakenForALimit() {
    for (String text :
        List.of(
            "execution reverted",
            "missing trie node 0xabc (path )",
            "header not found",
            "the method eth_getLogs does not exist/is not available",
            "daily request count exceeded, request rate limited",
            "project ID request rate exceeded",
            "invalid argument 0: hex string without 0x prefix")) {
      assertThat(Phrasebook.excess(text)).as(text).isEmpty();
    }
  }

  @Test
  void howOftenItMayBeAskedIsRead() {
    assertThat(Phrasebook.callsASecond("15/second request limit reached - reduce calls per second"))
        .contains(15);
    assertThat(Phrasebook.callsASecond("you are limited to 25 requests per second")).contains(25);
    assertThat(Phrasebook.callsASecond("limit of 50 requests/sec")).contains(50);
    assertThat(Phrasebook.callsASecond("rate limit: 330 rps")).contains(330);
    assertThat(Phrasebook.callsASecond("Your app has exceeded its compute units per second"))
        .isEmpty();
  }

  @Test
  void howLongToWaitIsRead() {
    assertThat(name(429, "Too many requests, try again in 10 seconds"))
        .isEqualTo(
            new RpcFailure.Quota(
                "Too many requests, try again in 10 seconds", Optional.of(Duration.ofSeconds(10))));
    assertThat(Phrasebook.later("rate limit exceeded, retry in 200ms"))
        .contains(Duration.ofMillis(200));
    assertThat(Phrasebook.later("rate limit exceeded")).isEmpty();
  }

  @Test
  void aHostileTextIsReadInTimeAndToNothing() {
    String digits = "9".repeat(100_000);
    for (String text :
        List.of(
            "block range exceeds " + digits,
            "Try with this block range [0x" + "f".repeat(50_000) + ", 0x1]",
            "block range should work: [0xff, 0x1]",
            "batch " + "a ".repeat(50_000))) {
      assertThat(name(-32000, text)).as(text.substring(0, 20)).isNotNull();
    }
  }

  private static RpcFailure name(int code, String text) {
    ObjectNode error = FakeNode.JSON.createObjectNode().put("code", code).put("message", text);
    return ErrorTexts.name(error, Endpoint.parse("node", "http://127.0.0.1:8545"));
  }
}
