package dev.metaops.connection;

import dev.metaops.config.OrdersDoor;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The one request this package makes of PostgREST: all that has to know how it is spoken to. */
record RestRequest(OrdersDoor.Rest door) {
  /** What the body is. */
  enum Rows {
    NONE,
    SOME,
    NOT_ROWS
  }

  /**
   * What came back.
   *
   * @param said an error's message, clipped and without the key
   */
  record Reply(int status, Rows rows, String said) {}

  Reply firstRow(String table, Deadline deadline) throws IOException {
    int dot = table.indexOf('.');
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("apikey", door.key().reveal());
    headers.put("Authorization", "Bearer " + door.key().reveal());
    if (dot > 0 && !table.startsWith("public.")) {
      headers.put("Accept-Profile", table.substring(0, dot));
    }
    Fetch.Reply reply = Fetch.get(at(table.substring(dot + 1)), headers, deadline);
    Optional<JsonNode> body = Json.read(reply.body());
    return new Reply(reply.status(), rows(body), said(body));
  }

  private URI at(String name) {
    String base = door.url().toString();
    String clean = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    return URI.create(clean + "/rest/v1/" + name + "?select=*&limit=1");
  }

  private static Rows rows(Optional<JsonNode> body) {
    return body.filter(JsonNode::isArray)
        .map(rows -> rows.isEmpty() ? Rows.NONE : Rows.SOME)
        .orElse(Rows.NOT_ROWS);
  }

  private String said(Optional<JsonNode> body) {
    return body.flatMap(
            said -> Json.text(said.path("message")).or(() -> Json.text(said.path("error"))))
        .map(message -> Broken.clipped(message.replace(door.key().reveal(), "‹hidden›")))
        .orElse("without a message");
  }
}
