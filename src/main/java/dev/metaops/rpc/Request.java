package dev.metaops.rpc;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** One question to a node. */
public record Request(String method, List<JsonNode> params) {
  public Request {
    params = List.copyOf(params);
  }

  public static Request of(String method, JsonNode... params) {
    return new Request(method, List.of(params));
  }
}
