package dev.metaops.sim;

import dev.metaops.rpc.Json;
import dev.metaops.rpc.Transport;
import dev.metaops.time.Deadline;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An honest node of a simulated chain, in the same process. For one that lies put {@code
 * chaos.ChaosTransport} in front of it; for one behind a real socket, {@code chaos.ChaosProxy}.
 */
public final class SimNode implements Transport {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** What it says of blocks a reorg orphaned. */
  public enum Orphans {
    /** It still knows them by hash, as geth does. */
    KEPT,
    FORGOTTEN
  }

  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int code;

    Refusal(int code, String message) {
      super(message);
      this.code = code;
    }
  }

  private final SimChain chain;
  private final Orphans orphans;

  public SimNode(SimChain chain, Orphans orphans) {
    this.chain = chain;
    this.orphans = orphans;
  }

  @Override
  public Outcome post(byte[] body, Deadline deadline) {
    JsonNode asked = Json.read(body);
    JsonNode told = asked.isArray() ? batch(asked) : one(asked);
    return new Outcome.Replied(200, Optional.empty(), Json.write(told));
  }

  private ArrayNode batch(JsonNode questions) {
    ArrayNode answers = NODES.arrayNode();
    questions.forEach(question -> answers.add(one(question)));
    return answers;
  }

  private ObjectNode one(JsonNode question) {
    ObjectNode answer = NODES.objectNode().put("jsonrpc", "2.0");
    answer.set("id", question.path("id"));
    try {
      answer.set(
          "result", result(question.path("method").stringValue(""), question.path("params")));
    } catch (Refusal refusal) {
      answer
          .putObject("error")
          .put("code", refusal.code)
          .put("message", String.valueOf(refusal.getMessage()));
    }
    return answer;
  }

  private JsonNode result(String method, JsonNode params) {
    String first = params.path(0).stringValue("");
    return switch (method) {
      case "eth_chainId" -> text(SimBytes.quantity(SimChain.CHAIN_ID));
      case "net_version" -> text(Long.toString(SimChain.CHAIN_ID));
      case "eth_blockNumber" -> text(SimBytes.quantity(chain.headNumber()));
      case "eth_getBlockByNumber" -> SimJson.block(byTag(first), params.path(1).asBoolean(false));
      case "eth_getBlockByHash" -> SimJson.block(byHash(first), params.path(1).asBoolean(false));
      case "eth_getBlockReceipts" ->
          (first.length() == 66 ? byHash(first) : byTag(first))
              .<JsonNode>map(SimJson::receipts)
              .orElseGet(NODES::nullNode);
      case "eth_getTransactionReceipt" ->
          chain
              .including(first)
              .<JsonNode>map(block -> SimJson.receipt(block, first))
              .orElseGet(NODES::nullNode);
      case "eth_getTransactionByHash" ->
          chain
              .including(first)
              .<JsonNode>map(block -> SimJson.transaction(block, first))
              .orElseGet(NODES::nullNode);
      case "eth_getLogs" -> logs(params.path(0));
      case "eth_getCode" -> text(first.equalsIgnoreCase(SimChain.REGISTRY) ? "0x6001" : "0x");
      case "eth_getBalance", "eth_getTransactionCount" -> text("0x0");
      case "eth_call" -> text(call(params.path(0), stateAt(params.path(1))));
      default ->
          throw new Refusal(-32601, "the method " + method + " does not exist/is not available");
    };
  }

  private Optional<SimBlock> byTag(String tag) {
    return switch (tag) {
      case "latest", "pending" -> Optional.of(chain.head());
      case "safe" -> chain.at(chain.safeNumber());
      case "finalized" -> chain.at(chain.finalizedNumber());
      case "earliest" -> chain.at(0);
      default -> chain.at(Long.decode(tag));
    };
  }

  private Optional<SimBlock> byHash(String hash) {
    return chain.of(hash).filter(block -> orphans == Orphans.KEPT || chain.isCanonical(block));
  }

  private SimBlock stateAt(JsonNode place) {
    Optional<SimBlock> block =
        place.isObject()
            ? chain.of(place.path("blockHash").stringValue("")).filter(chain::isCanonical)
            : byTag(place.stringValue("latest"));
    return block.orElseThrow(() -> new Refusal(-32000, "header not found"));
  }

  private JsonNode logs(JsonNode filter) {
    ArrayNode logs = NODES.arrayNode();
    if (filter.path("blockHash").isString()) {
      SimBlock block =
          byHash(filter.path("blockHash").stringValue())
              .orElseThrow(() -> new Refusal(-32000, "unknown block"));
      SimJson.logs(block).filter(log -> accepts(filter, log)).forEach(logs::add);
      return logs;
    }
    long from = end(filter.path("fromBlock"));
    long to = Math.min(end(filter.path("toBlock")), chain.headNumber());
    for (long number = from; number <= to; number++) {
      chain
          .at(number)
          .ifPresent(
              block -> SimJson.logs(block).filter(log -> accepts(filter, log)).forEach(logs::add));
    }
    return logs;
  }

  private long end(JsonNode place) {
    String text = place.stringValue("latest");
    return text.startsWith("0x")
        ? Long.decode(text)
        : byTag(text).map(SimBlock::number).orElse(chain.headNumber());
  }

  private static boolean accepts(JsonNode filter, JsonNode log) {
    JsonNode topics = filter.path("topics");
    for (int at = 0; at < topics.size(); at++) {
      if (!topics.get(at).isNull() && !isOneOf(topics.get(at), log.path("topics").path(at))) {
        return false;
      }
    }
    return filter.path("address").isMissingNode()
        || isOneOf(filter.path("address"), log.path("address"));
  }

  private static boolean isOneOf(JsonNode wanted, JsonNode item) {
    if (!wanted.isArray()) {
      return wanted.stringValue("").equalsIgnoreCase(item.stringValue("-"));
    }
    return wanted.isEmpty()
        || StreamSupport.stream(wanted.spliterator(), false).anyMatch(one -> isOneOf(one, item));
  }

  /** What the registry's {@code escrowOf} and {@code paused} say; other calls revert. */
  private String call(JsonNode call, SimBlock block) {
    String data = call.path("input").stringValue(call.path("data").stringValue("0x"));
    boolean isRegistry = call.path("to").stringValue("").equalsIgnoreCase(SimChain.REGISTRY);
    if (isRegistry && data.startsWith(selector("escrowOf(bytes32)")) && data.length() == 74) {
      return escrow("0x" + data.substring(10), block);
    }
    if (isRegistry && data.equals(selector("paused()"))) {
      return "0x" + SimBytes.word(0);
    }
    throw new Refusal(3, "execution reverted");
  }

  private String escrow(String key, SimBlock block) {
    Standing standing = block.held().getOrDefault(key, Standing.NONE);
    if (standing == Standing.NONE) {
      return "0x" + SimBytes.word(BigInteger.ZERO).repeat(6);
    }
    SimOrder order = chain.termsOf(key).orElseThrow();
    return "0x"
        + String.join(
            "",
            List.of(
                SimBytes.word(order.buyer()),
                SimBytes.word(order.seller()),
                SimBytes.word(order.token()),
                SimBytes.word(order.amount()),
                SimBytes.word(order.deadline()),
                SimBytes.word(standing.number())));
  }

  private static String selector(String signature) {
    return SimBytes.hash(signature).substring(0, 10);
  }

  private static JsonNode text(String value) {
    return NODES.stringNode(value);
  }
}
