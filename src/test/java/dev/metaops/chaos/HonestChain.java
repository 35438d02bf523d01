package dev.metaops.chaos;

import dev.metaops.rpc.Transport;
import dev.metaops.testing.FakeNode;
import dev.metaops.testing.FakeNode.Refusal;
import dev.metaops.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A small chain told truly: blocks 0 to its head, each even one from 2 on with one transaction of
 * three logs. Its hashes are made up; finalized is six blocks below the head.
 */
final class HonestChain implements Transport {
  static final String ESCROW = "0x" + "e5".repeat(20);
  static final String TOPIC = "0x" + "70".repeat(32);

  private final FakeNode node;
  private long head;

  HonestChain(FakeNode node, long head) {
    this.node = node;
    this.head = head;
    node.on("eth_chainId", "\"0x7a69\"")
        .on("eth_blockNumber", _ -> text(Question.hex(this.head)))
        .on("eth_getBlockByNumber", params -> block(number(params.path(0).stringValue("latest"))))
        .on("eth_getBlockByHash", params -> block(numberOf(params.path(0).stringValue())))
        .on("eth_getBlockReceipts", params -> receipts(numberOf(params.path(0).stringValue())))
        .on("eth_getTransactionReceipt", params -> receipt(params.path(0).stringValue()))
        .on("eth_getLogs", params -> logs(params.path(0)));
  }

  void mine() {
    head++;
  }

  @Override
  public Outcome post(byte[] body, Deadline deadline) {
    String answer = node.honest(new String(body, StandardCharsets.UTF_8));
    return new Outcome.Replied(200, Optional.empty(), answer.getBytes(StandardCharsets.UTF_8));
  }

  static String hash(String about, long number) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((about + number).getBytes(StandardCharsets.UTF_8));
      return "0x" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }

  private long number(String tag) {
    return switch (tag) {
      case "latest", "pending" -> head;
      case "safe" -> Math.max(0, head - 3);
      case "finalized" -> Math.max(0, head - 6);
      case "earliest" -> 0;
      default -> Long.decode(tag);
    };
  }

  private long numberOf(String hash) {
    for (long number = 0; number <= head; number++) {
      if (hash("block", number).equals(hash)) {
        return number;
      }
    }
    return -1;
  }

  private JsonNode block(long number) {
    if (number < 0 || number > head) {
      return JsonNodeFactory.instance.nullNode();
    }
    ObjectNode block = JsonNodeFactory.instance.objectNode();
    block
        .put("number", Question.hex(number))
        .put("hash", hash("block", number))
        .put("parentHash", hash("block", number - 1))
        .put("timestamp", Question.hex(1_700_000_000 + number))
        .put("logsBloom", "0x" + (hasLogs(number) ? "01" : "00") + "00".repeat(255))
        .put("receiptsRoot", hash("root", number));
    ArrayNode transactions = block.putArray("transactions");
    if (hasLogs(number)) {
      transactions.add(hash("transaction", number));
    }
    return block;
  }

  static boolean hasLogs(long number) {
    return number > 0 && number % 2 == 0;
  }

  private JsonNode receipts(long number) {
    if (number < 0) {
      return JsonNodeFactory.instance.nullNode();
    }
    ArrayNode receipts = JsonNodeFactory.instance.arrayNode();
    if (hasLogs(number)) {
      receipts.add(receiptOf(number));
    }
    return receipts;
  }

  private JsonNode receipt(String transaction) {
    for (long number = 0; number <= head; number++) {
      if (hasLogs(number) && hash("transaction", number).equals(transaction)) {
        return receiptOf(number);
      }
    }
    return JsonNodeFactory.instance.nullNode();
  }

  private static ObjectNode receiptOf(long number) {
    ObjectNode receipt = JsonNodeFactory.instance.objectNode();
    receipt
        .put("blockNumber", Question.hex(number))
        .put("blockHash", hash("block", number))
        .put("transactionHash", hash("transaction", number))
        .put("transactionIndex", "0x0")
        .put("cumulativeGasUsed", "0x5208")
        .put("type", "0x2")
        .put("status", "0x1");
    receipt.set("logs", logsOf(number));
    return receipt;
  }

  private JsonNode logs(JsonNode filter) {
    if (filter.path("blockHash").isString()) {
      long number = numberOf(filter.path("blockHash").stringValue());
      if (number < 0) {
        throw new Refusal(-32000, "unknown block");
      }
      return logsOf(number);
    }
    ArrayNode logs = JsonNodeFactory.instance.arrayNode();
    long to = Math.min(head, number(filter.path("toBlock").stringValue("latest")));
    for (long at = number(filter.path("fromBlock").stringValue("latest")); at <= to; at++) {
      logs.addAll(logsOf(at));
    }
    return logs;
  }

  private static ArrayNode logsOf(long number) {
    ArrayNode logs = JsonNodeFactory.instance.arrayNode();
    for (int index = 0; hasLogs(number) && index < 3; index++) {
      logs.addObject()
          .put("blockNumber", Question.hex(number))
          .put("blockHash", hash("block", number))
          .put("transactionHash", hash("transaction", number))
          .put("logIndex", Question.hex(index))
          .put("address", ESCROW)
          .put("data", "0x" + "00".repeat(31) + "0" + index)
          .put("removed", false)
          .putArray("topics")
          .add(TOPIC);
    }
    return logs;
  }

  private static JsonNode text(String value) {
    return JsonNodeFactory.instance.stringNode(value);
  }
}
