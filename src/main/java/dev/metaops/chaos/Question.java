package dev.metaops.chaos;

import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One JSON-RPC question.
 *
 * @param id as it was sent, to be sent back
 * @param params never changed; see the {@code with} methods
 */
record Question(JsonNode id, String method, JsonNode params) {
  /** Where the methods that are about one block name it. */
  private static final Map<String, Integer> BLOCK_AT =
      Map.ofEntries(
          Map.entry("eth_getBlockByNumber", 0),
          Map.entry("eth_getBlockByHash", 0),
          Map.entry("eth_getBlockReceipts", 0),
          Map.entry("eth_getBlockTransactionCountByNumber", 0),
          Map.entry("eth_getBlockTransactionCountByHash", 0),
          Map.entry("eth_call", 1),
          Map.entry("eth_estimateGas", 1),
          Map.entry("eth_getCode", 1),
          Map.entry("eth_getBalance", 1),
          Map.entry("eth_getTransactionCount", 1),
          Map.entry("eth_getStorageAt", 2),
          Map.entry("eth_getProof", 2));

  /** How a question names its block. */
  sealed interface Place {
    record Tag(String word) implements Place {}

    record Height(long number) implements Place {}

    record ByHash(String hash) implements Place {}
  }

  static Question of(JsonNode whole) {
    JsonNode method = whole.path("method");
    JsonNode id = whole.path("id");
    return new Question(
        id.isMissingNode() ? JsonNodeFactory.instance.nullNode() : id,
        method.isString() ? method.stringValue() : "",
        whole.path("params"));
  }

  static Question block(String tagOrNumber) {
    ArrayNode params = JsonNodeFactory.instance.arrayNode().add(tagOrNumber).add(false);
    return new Question(JsonNodeFactory.instance.nullNode(), "eth_getBlockByNumber", params);
  }

  static Question blockByHash(String hash) {
    ArrayNode params = JsonNodeFactory.instance.arrayNode().add(hash).add(false);
    return new Question(JsonNodeFactory.instance.nullNode(), "eth_getBlockByHash", params);
  }

  boolean isLogs() {
    return method.equals("eth_getLogs") && params.isArray();
  }

  boolean isReceipts() {
    return method.equals("eth_getBlockReceipts");
  }

  /** The one block it is about, empty for a range of them or none. */
  Optional<Place> place() {
    JsonNode filter = params.path(0);
    if (isLogs()) {
      return filter.path("blockHash").isString()
          ? Optional.of(new Place.ByHash(filter.path("blockHash").stringValue()))
          : Optional.empty();
    }
    return Optional.ofNullable(BLOCK_AT.get(method)).flatMap(at -> place(params.path(at)));
  }

  private static Optional<Place> place(JsonNode param) {
    if (param.isObject()) {
      return place(param.path("blockHash")).or(() -> place(param.path("blockNumber")));
    }
    if (!param.isString()) {
      return Optional.empty();
    }
    String text = param.stringValue();
    if (text.length() == 66) {
      return Optional.of(new Place.ByHash(text));
    }
    return Optional.of(
        number(param).<Place>map(Place.Height::new).orElseGet(() -> new Place.Tag(text)));
  }

  /** The same about another block. */
  Question at(Place place) {
    String text =
        switch (place) {
          case Place.Tag(String word) -> word;
          case Place.Height(long number) -> hex(number);
          case Place.ByHash(String hash) -> hash;
        };
    ArrayNode changed = (ArrayNode) params.deepCopy();
    int at = isLogs() ? 0 : BLOCK_AT.getOrDefault(method, 0);
    JsonNode param = changed.path(at);
    if (param instanceof ObjectNode object) {
      object.remove("blockNumber");
      object.put("blockHash", text);
      if (!(place instanceof Place.ByHash)) {
        changed.set(at, JsonNodeFactory.instance.stringNode(text));
      }
    } else {
      changed.set(at, JsonNodeFactory.instance.stringNode(text));
    }
    return new Question(id, method, changed);
  }

  /** First block of a range of logs, where it is a number or the beginning. */
  long from(long head) {
    return end("fromBlock", head);
  }

  long to(long head) {
    return end("toBlock", head);
  }

  private long end(String name, long head) {
    JsonNode end = params.path(0).path(name);
    return end.isString() && end.stringValue().equals("earliest") ? 0 : number(end).orElse(head);
  }

  /** The same up to this block. */
  Question upTo(long number) {
    ArrayNode changed = (ArrayNode) params.deepCopy();
    if (changed.path(0) instanceof ObjectNode filter) {
      filter.put("toBlock", hex(number));
    }
    return new Question(id, method, changed);
  }

  ObjectNode json(long otherId) {
    ObjectNode whole = JsonNodeFactory.instance.objectNode();
    whole.put("jsonrpc", "2.0").put("id", otherId).put("method", method);
    if (!params.isMissingNode()) {
      whole.set("params", params);
    }
    return whole;
  }

  static String hex(long number) {
    return "0x" + Long.toHexString(number);
  }

  /** A quantity as nodes spell them, empty for anything else. */
  static Optional<Long> number(JsonNode quantity) {
    if (!quantity.isString()) {
      return Optional.empty();
    }
    String text = quantity.stringValue();
    boolean isNumber = text.matches("0x[0-9a-fA-F]{1,15}");
    return isNumber
        ? Optional.of(HexFormat.fromHexDigitsToLong(text, 2, text.length()))
        : Optional.empty();
  }
}
