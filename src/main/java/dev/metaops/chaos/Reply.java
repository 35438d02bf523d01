package dev.metaops.chaos;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One JSON-RPC answer, which may be changed; its id is put in last. */
record Reply(ObjectNode whole) {
  static Reply result(JsonNode value) {
    Reply reply = new Reply(JsonNodeFactory.instance.objectNode());
    reply.whole.put("jsonrpc", "2.0").putNull("id").set("result", value);
    return reply;
  }

  static Reply result(String text) {
    return result(JsonNodeFactory.instance.stringNode(text));
  }

  static Reply nothing() {
    return result(JsonNodeFactory.instance.nullNode());
  }

  static Reply error(int code, String message) {
    Reply reply = new Reply(JsonNodeFactory.instance.objectNode());
    reply.whole.put("jsonrpc", "2.0").putNull("id");
    reply.whole.putObject("error").put("code", code).put("message", message);
    return reply;
  }

  /** What a node says of a block it does not have, in the words of geth. */
  static Reply unknownBlock(Question question) {
    return switch (question.method()) {
      case "eth_getBlockByNumber", "eth_getBlockByHash", "eth_getBlockReceipts" -> nothing();
      case "eth_getLogs" -> error(-32000, "unknown block");
      default -> error(-32000, "header not found");
    };
  }

  Optional<JsonNode> value() {
    JsonNode result = whole.path("result");
    return result.isMissingNode() ? Optional.empty() : Optional.of(result);
  }

  void become(JsonNode value) {
    whole.set("result", value);
  }

  ObjectNode to(JsonNode id) {
    whole.set("id", id);
    return whole;
  }
}
