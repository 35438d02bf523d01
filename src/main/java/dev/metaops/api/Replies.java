package dev.metaops.api;

import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** How an answer is sent: kept by nobody on the way, and read as nothing but what it says it is. */
final class Replies {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final String AS_JSON = "application/json";

  private Replies() {}

  static void picture(
      ServerRequest request, ServerResponse response, Status status, Picture picture) {
    ObjectNode root = JSON.createObjectNode();
    root.put("shape", picture.shape());
    picture.drawJson(root);
    send(request, response, status, AS_JSON, json(root));
  }

  /**
   * @param sentence what, why and what to do
   */
  static void refuse(
      ServerRequest request, ServerResponse response, Status status, String sentence) {
    ObjectNode body = JSON.createObjectNode().put("shape", "http-refusal/1");
    send(request, response, status, AS_JSON, json(body.put("sentence", sentence)));
  }

  private static String json(ObjectNode root) {
    return Page.printableJson(JSON.writeValueAsString(root)) + "\n";
  }

  static void send(
      ServerRequest request, ServerResponse response, Status status, String type, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    response
        .status(status)
        .header(HeaderNames.CONTENT_TYPE, type)
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .header("X-Content-Type-Options", "nosniff");
    if (request.prologue().method().equals(Method.HEAD)) {
      response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(bytes.length));
      response.send();
    } else {
      response.send(bytes);
    }
  }
}
