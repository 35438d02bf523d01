package dev.metaops.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON-RPC without any checks, one question at a time; and bytes as they come. Thread-safe. */
public final class RawRpc {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int CONNECT_MILLIS = 2_000;
  private static final int READ_MILLIS = 120_000;

  private final String url;

  RawRpc(String url) {
    this.url = url;
  }

  /** The answer's result. */
  public JsonNode ask(String method, Object... parameters) {
    return result(
        method, JSON.readTree(post(JSON.writeValueAsBytes(question(method, parameters)))));
  }

  /** The same method once for each parameter, in one request. */
  public void askEach(String method, List<JsonNode> parameters) {
    ArrayNode questions = JSON.createArrayNode();
    parameters.forEach(each -> questions.add(question(method, each)));
    for (JsonNode answer : JSON.readTree(post(JSON.writeValueAsBytes(questions)))) {
      result(method, answer);
    }
  }

  /** The whole answer, unread. */
  public byte[] post(byte[] body) {
    try {
      var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setConnectTimeout(CONNECT_MILLIS);
      connection.setReadTimeout(READ_MILLIS);
      connection.setRequestProperty("Content-Type", "application/json");
      connection.setDoOutput(true);
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

  /** What a GET of the same address answers. */
  byte[] get() {
    try (var in = URI.create(url).toURL().openStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(url + " did not answer: " + e.getMessage(), e);
    }
  }

  /** The status of a GET below the address; 0 when nobody answers. */
  int status(String path) {
    try {
      var connection = (HttpURLConnection) URI.create(url + path).toURL().openConnection();
      connection.setConnectTimeout(CONNECT_MILLIS);
      connection.setReadTimeout(CONNECT_MILLIS);
      return connection.getResponseCode();
    } catch (IOException silent) {
      return 0;
    }
  }

  static ObjectNode question(String method, Object... parameters) {
    ObjectNode question = JSON.createObjectNode();
    question.put("jsonrpc", "2.0").put("id", 1).put("method", method);
    question.set("params", JSON.valueToTree(parameters));
    return question;
  }

  private static JsonNode result(String method, JsonNode answer) {
    if (answer.has("error")) {
      throw new IllegalStateException(method + ": " + answer.path("error"));
    }
    return answer.path("result");
  }
}
