package dev.metaops.escrow;

import com.esaulpaugh.headlong.abi.ContractError;
import com.esaulpaugh.headlong.abi.Event;
import com.esaulpaugh.headlong.abi.Tuple;
import com.esaulpaugh.headlong.abi.TupleType;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The events and errors a contract declares, read from its ABI.
 *
 * @param events in the ABI's order; anonymous ones are left out, as nothing on chain names them
 * @param errors in the ABI's order
 */
public record EscrowAbi(List<DeclaredEvent> events, List<ContractError<Tuple>> errors) {
  private static final int MAX_NESTING = 32;

  public EscrowAbi {
    events = List.copyOf(events);
    errors = List.copyOf(errors);
  }

  /**
   * Reads an ABI: the array itself, or an object that holds it as {@code abi}, as compilers write.
   *
   * @throws IllegalArgumentException with one sentence when it is neither
   */
  public static EscrowAbi parse(String json) {
    JsonNode root = tree(json);
    JsonNode abi = root.isObject() ? root.path("abi") : root;
    if (!abi.isArray()) {
      throw new IllegalArgumentException(
          "ABI: not an array (expected: the ABI's array, or an object with it as \"abi\")");
    }
    List<DeclaredEvent> events = new ArrayList<>();
    List<ContractError<Tuple>> errors = new ArrayList<>();
    for (JsonNode entry : abi) {
      if (text(entry, "type").equals("event") && !entry.path("anonymous").asBoolean(false)) {
        events.add(event(entry));
      }
      if (text(entry, "type").equals("error")) {
        errors.add(error(entry));
      }
    }
    return new EscrowAbi(events, errors);
  }

  /** The events there are, for a refusal. */
  String listed() {
    return events.isEmpty()
        ? "no events"
        : events.stream().map(DeclaredEvent::signature).collect(Collectors.joining("; "));
  }

  private static JsonNode tree(String json) {
    try {
      return JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
                  .build())
          .build()
          .readTree(json);
    } catch (JacksonException broken) {
      throw new IllegalArgumentException("ABI: not JSON, " + broken.getOriginalMessage());
    }
  }

  private static DeclaredEvent event(JsonNode entry) {
    JsonNode inputs = entry.path("inputs");
    boolean[] indexed = new boolean[inputs.size()];
    for (int at = 0; at < indexed.length; at++) {
      indexed[at] = inputs.path(at).path("indexed").asBoolean(false);
    }
    String name = text(entry, "name");
    List<String> names = new ArrayList<>();
    inputs.forEach(input -> names.add(text(input, "name")));
    try {
      return new DeclaredEvent(Event.create(name, TupleType.parse(types(inputs)), indexed), names);
    } catch (RuntimeException unreadable) { // the library has no common type for what it refuses
      throw new IllegalArgumentException(
          "ABI: event " + name + types(inputs) + " has a type that does not exist", unreadable);
    }
  }

  private static ContractError<Tuple> error(JsonNode entry) {
    String name = text(entry, "name");
    String types = types(entry.path("inputs"));
    try {
      return new ContractError<>(name, TupleType.parse(types));
    } catch (RuntimeException unreadable) { // the library has no common type for what it refuses
      throw new IllegalArgumentException(
          "ABI: error " + name + types + " has a type that does not exist", unreadable);
    }
  }

  private static String types(JsonNode inputs) {
    StringJoiner types = new StringJoiner(",", "(", ")");
    for (JsonNode input : inputs) {
      String type = text(input, "type");
      types.add(
          type.startsWith("tuple") ? types(input.path("components")) + type.substring(5) : type);
    }
    return types.toString();
  }

  private static String text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    return value.isString() ? value.stringValue() : "";
  }
}
