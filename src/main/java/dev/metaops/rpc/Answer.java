package dev.metaops.rpc;

import tools.jackson.databind.JsonNode;

/** What a node said to one question of a batch. */
public sealed interface Answer {
  /** The result, which may be JSON's null. */
  record Result(JsonNode value) implements Answer {}

  record Failed(RpcFailure failure) implements Answer {}
}
