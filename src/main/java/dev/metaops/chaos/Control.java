package dev.metaops.chaos;

import dev.metaops.rpc.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code GET /chaos} says which faults are on and how often each was put in; {@code POST /chaos}
 * with a JSON list of them, spelled as on the command line, switches to exactly these.
 */
final class Control {
  private static final int MOST_FAULTS = 64;

  private Control() {}

  /** An answer to whoever switches. */
  record Said(int status, String json) {}

  static Said answer(HttpAsked asked, Chaos chaos) {
    return switch (asked.method()) {
      case "GET" -> new Said(200, state(chaos));
      case "POST" -> switched(asked.body(), chaos);
      default -> refused("method " + asked.method() + " (expected: GET or POST)");
    };
  }

  private static Said switched(byte[] body, Chaos chaos) {
    try {
      JsonNode list = Json.read(body);
      if (!list.isArray() || list.size() > MOST_FAULTS) {
        return refused("a list (expected: at most 64 faults, like [\"omit-log=0.01\", \"lag=3\"])");
      }
      List<Fault> faults = new ArrayList<>();
      for (JsonNode one : list) {
        faults.add(Fault.parse(one.stringValue("")));
      }
      chaos.switchTo(faults);
      return new Said(200, state(chaos));
    } catch (JacksonException notJson) {
      return refused("the body is not JSON: " + notJson.getOriginalMessage());
    } catch (IllegalArgumentException unknown) {
      return refused(String.valueOf(unknown.getMessage()));
    }
  }

  private static Said refused(String why) {
    ObjectNode problem = JsonNodeFactory.instance.objectNode().put("problem", why);
    return new Said(400, text(problem));
  }

  private static String state(Chaos chaos) {
    ObjectNode state = JsonNodeFactory.instance.objectNode().put("seed", chaos.seed());
    ArrayNode faults = state.putArray("faults");
    Map<Fault, Long> injected = chaos.injected();
    for (Fault fault : chaos.faults()) {
      faults
          .addObject()
          .put("fault", fault.text())
          .put("sentence", fault.kind().sentence())
          .put("injected", injected.getOrDefault(fault, 0L));
    }
    ArrayNode earlier = state.putArray("earlier");
    injected.forEach((fault, count) -> {
      if (!chaos.faults().contains(fault)) {
        earlier.addObject().put("fault", fault.text()).put("injected", count);
      }
    });
    return text(state);
  }

  private static String text(JsonNode json) {
    return new String(Json.write(json), StandardCharsets.UTF_8) + "\n";
  }
}
