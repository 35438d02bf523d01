package dev.metaops.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks one node, one question at a time, and trusts it: for tests only. Thread-safe. */
final class JsonRpc {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int CONNECT_MILLIS = 2_000;
  private static final int READ_MILLIS = 30_000;

  private final URL url;

  JsonRpc(String url) {
    try {
      this.url = URI.create(url).toURL();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode ask(String method, Object... parameters) {
    var question = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1).put("method", method);
    question.set("params", JSON.valueToTree(parameters));
    JsonNode answer = JSON.readTree(post(JSON.writeValueAsBytes(question)));
    if (answer.has("error")) {
      JsonNode error = answer.path("error");
      throw new RpcError(
          method,
          error.path("code").asInt(),
          error.path("message").asString(),
          error.path("data").asString(""));
    }
    return answer.path("result");
  }

  private byte[] post(byte[] body) {
    try {
      var connection = (HttpURLConnection) url.openConnection();
      connection.setConnectTimeout(CONNECT_MILLIS);
      connection.setReadTimeout(READ_MILLIS);
      connection.setRequestProperty("Content-Type", "application/json");
      connection.setDoOutput(true);
      // A known length keeps the JDK from silently sending a transaction twice.
      connection.setFixedLengthStreamingMode(body.length);
      try (var out = connection.getOutputStream()) {
        out.write(body);
      }
      try (var in = connection.getInputStream()) {
        return in.readAllBytes();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(url + " did not answer: " + e.getMessage(), e);
    }
  }
}
