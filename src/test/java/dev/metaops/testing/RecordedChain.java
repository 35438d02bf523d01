package dev.metaops.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A chain as it was at one moment, answering as its node did: what a node that changes its mind and
 * changes it back is made of. Blocks, receipts and logs only.
 */
public final class RecordedChain {
  private final List<JsonNode> blocks = new ArrayList<>();
  private final Map<String, JsonNode> logs = new HashMap<>();
  private final Map<String, JsonNode> receipts = new HashMap<>();
  private final String chainId;
  private final int safeBehind;
  private final int finalizedBehind;

  private RecordedChain(TestChain chain) {
    chainId = chain.ask("eth_chainId").stringValue();
    long latest = chain.latest().number();
    safeBehind = Math.toIntExact(latest - chain.safe().number());
    finalizedBehind = Math.toIntExact(latest - chain.finalized().number());
    for (long number = 0; number <= latest; number++) {
      JsonNode block = chain.ask("eth_getBlockByNumber", "0x" + Long.toHexString(number), false);
      String hash = block.path("hash").stringValue();
      blocks.add(block);
      logs.put(hash, chain.ask("eth_getLogs", Map.of("blockHash", hash)));
      receipts.put(hash, chain.ask("eth_getBlockReceipts", hash));
    }
  }

  /** The whole chain from its first block, as it is now. */
  public static RecordedChain of(TestChain chain) {
    return new RecordedChain(chain);
  }

  /** A node that answers as the chain currently in {@code shown} did. */
  public static FakeNode node(AtomicReference<RecordedChain> shown) {
    return new FakeNode()
        .on("eth_chainId", _ -> JsonNodeFactory.instance.stringNode(shown.get().chainId))
        .on("eth_getBlockByNumber", asked -> shown.get().block(asked.path(0).stringValue()))
        .on("eth_getLogs", asked -> shown.get().logs(asked.path(0)))
        .on(
            "eth_getBlockReceipts",
            asked ->
                shown
                    .get()
                    .receipts
                    .getOrDefault(
                        asked.path(0).stringValue(), JsonNodeFactory.instance.nullNode()));
  }

  private JsonNode block(String which) {
    int top = blocks.size() - 1;
    int number =
        switch (which) {
          case "latest" -> top;
          case "safe" -> top - safeBehind;
          case "finalized" -> top - finalizedBehind;
          default -> Integer.parseInt(which.substring(2), 16);
        };
    return number > top ? JsonNodeFactory.instance.nullNode() : blocks.get(number);
  }

  private JsonNode logs(JsonNode query) {
    var found = JsonNodeFactory.instance.arrayNode();
    if (query.has("blockHash")) {
      add(query.path("blockHash").stringValue(), query, found);
      return found;
    }
    int from = Integer.parseInt(query.path("fromBlock").stringValue().substring(2), 16);
    int to = Integer.parseInt(query.path("toBlock").stringValue().substring(2), 16);
    for (int number = from; number <= Math.min(to, blocks.size() - 1); number++) {
      add(blocks.get(number).path("hash").stringValue(), query, found);
    }
    return found;
  }

  private void add(String block, JsonNode query, ArrayNode found) {
    JsonNode of = logs.get(block);
    if (of == null) {
      throw new FakeNode.Refusal(-32000, "unknown block");
    }
    String addresses = query.path("address").toString();
    StreamSupport.stream(of.spliterator(), false)
        .filter(log -> addresses.contains(log.path("address").stringValue()))
        .forEach(found::add);
  }
}
