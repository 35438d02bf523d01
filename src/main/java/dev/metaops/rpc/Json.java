package dev.metaops.rpc;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON as a tree, without an object mapper: a cold mapper costs a short command 35 ms more than
 * this (measured with the AOT cache). Nesting, the length of a text and the number of values are
 * bounded, and so is the memory that a tree takes: an empty object is two bytes of an answer, and
 * eighty of memory.
 */
public final class Json {
  /** A block with transactions and logs is five deep. */
  private static final int MAX_NESTING = 32;

  /** The data of a log that fills a block of 60 million gas, as digits. */
  private static final int MAX_TEXT = 8 << 20;

  /** The densest sound answers hold one value in 30 bytes. */
  static final int MAX_VALUES = 400_000;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_NESTING)
                  .maxStringLength(MAX_TEXT)
                  .build())
          .build();

  /** The member of an answer whose elements may be read one by one. */
  private static final String RESULT = "result";

  private final JsonParser parser;
  private int values;

  private Json(JsonParser parser) {
    this.parser = parser;
  }

  /** More values than we accept. */
  static final class TooMany extends StreamReadException {
    private static final long serialVersionUID = 1L;

    TooMany(JsonParser parser) {
      super(parser, "more than " + MAX_VALUES + " values");
    }
  }

  /**
   * Reads exactly one value.
   *
   * @throws JacksonException when the bytes are anything else
   */
  public static JsonNode read(byte[] bytes) {
    return only(bytes, Json::value);
  }

  /**
   * Reads exactly one value, in which an array {@code result} is left empty: its elements are
   * handed over one by one and forgotten. What the consumer throws is thrown on.
   *
   * @throws JacksonException when the bytes are anything else
   */
  static JsonNode readEach(byte[] bytes, Consumer<JsonNode> element) {
    return only(bytes, json -> json.reply(element));
  }

  private static JsonNode only(byte[] bytes, Function<Json, JsonNode> reading) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
      if (parser.nextToken() == null) {
        throw new StreamReadException(parser, "nothing at all");
      }
      JsonNode value = reading.apply(new Json(parser));
      if (parser.nextToken() != null) {
        throw new StreamReadException(parser, "more than one value");
      }
      return value;
    }
  }

  public static byte[] write(JsonNode value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      write(value, out);
    }
    return bytes.toByteArray();
  }

  private JsonNode value() {
    if (++values > MAX_VALUES) {
      throw new TooMany(parser);
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> NODES.stringNode(parser.getString());
      case VALUE_NUMBER_INT -> integer();
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new StreamReadException(parser, "a value expected");
    };
  }

  private JsonNode integer() {
    return switch (parser.getNumberType()) {
      case INT -> NODES.numberNode(parser.getIntValue());
      case LONG -> NODES.numberNode(parser.getLongValue());
      case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> NODES.numberNode(parser.getBigIntegerValue());
    };
  }

  private JsonNode reply(Consumer<JsonNode> element) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      return value();
    }
    return object(name ->
        name.equals(RESULT) && parser.currentToken() == JsonToken.START_ARRAY
            ? emptied(element)
            : value());
  }

  private ArrayNode emptied(Consumer<JsonNode> element) {
    values++;
    elements(element);
    return NODES.arrayNode();
  }

  private ObjectNode object() {
    return object(_ -> value());
  }

  private ObjectNode object(Function<String, JsonNode> member) {
    ObjectNode object = NODES.objectNode();
    for (JsonToken token = parser.nextToken();
        token == JsonToken.PROPERTY_NAME;
        token = parser.nextToken()) {
      String name = parser.currentName();
      parser.nextToken();
      if (object.replace(name, member.apply(name)) != null) {
        throw new StreamReadException(parser, "a name twice in one object");
      }
    }
    return object;
  }

  private ArrayNode array() {
    ArrayNode array = NODES.arrayNode();
    elements(array::add);
    return array;
  }

  private void elements(Consumer<JsonNode> element) {
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      element.accept(value());
    }
  }

  private static void write(JsonNode value, JsonGenerator out) {
    switch (value.getNodeType()) {
      case OBJECT -> {
        out.writeStartObject();
        for (var property : value.properties()) {
          out.writeName(property.getKey());
          write(property.getValue(), out);
        }
        out.writeEndObject();
      }
      case ARRAY -> {
        out.writeStartArray();
        for (JsonNode element : value) {
          write(element, out);
        }
        out.writeEndArray();
      }
      case STRING -> out.writeString(value.stringValue());
      case NUMBER -> out.writeNumber(value.decimalValue());
      case BOOLEAN -> out.writeBoolean(value.booleanValue());
      case NULL -> out.writeNull();
      case BINARY, MISSING, POJO ->
          throw new IllegalArgumentException("value: " + value.getNodeType() + " (expected: JSON)");
    }
  }
}
