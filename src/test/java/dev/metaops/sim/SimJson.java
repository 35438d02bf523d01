package dev.metaops.sim;

import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Blocks, receipts and logs as nodes spell them. */
final class SimJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private SimJson() {}

  /** Null where there is none. */
  static JsonNode block(Optional<SimBlock> found, boolean isFull) {
    if (found.isEmpty()) {
      return NODES.nullNode();
    }
    SimBlock block = found.get();
    ObjectNode json = NODES.objectNode().put("hash", block.hash());
    block.fields().forEach(json::put);
    json.put("size", "0x400");
    json.putArray("uncles");
    json.putArray("withdrawals");
    ArrayNode transactions = json.putArray("transactions");
    for (SimBlock.Included one : block.included()) {
      if (isFull) {
        transactions.add(transaction(block, one.deed().hash()));
      } else {
        transactions.add(one.deed().hash());
      }
    }
    return json;
  }

  static ObjectNode transaction(SimBlock block, String hash) {
    SimBlock.Included one = included(block, hash);
    return placed(block, one)
        .put("hash", hash)
        .put("type", SimBytes.quantity(one.type()))
        .put("from", one.deed().order().buyer())
        .put("to", SimChain.REGISTRY)
        .put("nonce", SimBytes.quantity(one.deed().number()))
        .put("value", "0x0")
        .put("input", "0x")
        .put("gas", "0x186a0")
        .put("gasPrice", "0x3b9aca00");
  }

  static ArrayNode receipts(SimBlock block) {
    ArrayNode receipts = NODES.arrayNode();
    block.included().forEach(one -> receipts.add(receipt(block, one.deed().hash())));
    return receipts;
  }

  static ObjectNode receipt(SimBlock block, String hash) {
    SimBlock.Included one = included(block, hash);
    ObjectNode receipt =
        placed(block, one)
            .put("transactionHash", hash)
            .put("type", SimBytes.quantity(one.type()))
            .put("status", one.effect().succeeds() ? "0x1" : "0x0")
            .put("cumulativeGasUsed", SimBytes.quantity(one.cumulativeGas()))
            .put("gasUsed", "0xc350")
            .put("from", one.deed().order().buyer())
            .put("to", SimChain.REGISTRY)
            .put("logsBloom", SimBytes.hex(SimLog.bloom(one.effect().logs())));
    ArrayNode logs = receipt.putArray("logs");
    logs(block, one).forEach(logs::add);
    return receipt;
  }

  private static SimBlock.Included included(SimBlock block, String hash) {
    return block.included().stream()
        .filter(one -> one.deed().hash().equals(hash))
        .findFirst()
        .orElseThrow();
  }

  static Stream<ObjectNode> logs(SimBlock block) {
    return block.included().stream().flatMap(one -> logs(block, one));
  }

  private static Stream<ObjectNode> logs(SimBlock block, SimBlock.Included one) {
    return IntStream.range(0, one.effect().logs().size())
        .mapToObj(at -> {
          SimLog log = one.effect().logs().get(at);
          ObjectNode json =
              placed(block, one)
                  .put("transactionHash", one.deed().hash())
                  .put("logIndex", SimBytes.quantity(one.firstLog() + at))
                  .put("address", log.address())
                  .put("data", log.data())
                  .put("removed", false);
          ArrayNode topics = json.putArray("topics");
          log.topics().forEach(topics::add);
          return json;
        });
  }

  private static ObjectNode placed(SimBlock block, SimBlock.Included one) {
    return NODES
        .objectNode()
        .put("blockNumber", SimBytes.quantity(block.number()))
        .put("blockHash", block.hash())
        .put("transactionIndex", SimBytes.quantity(one.index()));
  }
}
