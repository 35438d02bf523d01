package dev.metaops.rpc;

import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** How the answers of one node are read: what cannot be true is garbage, and said without a key. */
record Hearing(Endpoint endpoint) {
  /** Runs the reading of an answer, where an illegal value means the node talks garbage. */
  <T> T checked(String method, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException wrong) {
      throw new RpcUnavailable(endpoint, garbage(method, wrong));
    }
  }

  /** What is wrong may repeat what was said, and that the key. */
  RpcFailure garbage(String method, IllegalArgumentException wrong) {
    return new RpcFailure.Garbage(
        method + ": " + endpoint.redact(String.valueOf(wrong.getMessage())));
  }

  JsonNode required(Answer answer) {
    return switch (answer) {
      case Answer.Result(JsonNode value) -> value;
      case Answer.Failed(RpcFailure failure) -> throw new RpcUnavailable(endpoint, failure);
    };
  }

  static <T> void expect(String what, T asked, T got) {
    if (!got.equals(asked)) {
      throw new IllegalArgumentException(what + ": " + got + " (asked: " + asked + ")");
    }
  }

  static Iterable<JsonNode> array(String what, JsonNode result) {
    if (!result.isArray()) {
      throw new IllegalArgumentException("expected an array of " + what);
    }
    return result;
  }

  static String string(JsonNode result) {
    if (!result.isString()) {
      throw new IllegalArgumentException("expected text");
    }
    return result.stringValue();
  }
}
