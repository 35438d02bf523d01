package dev.metaops.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An honest JSON document, changed in one place in a way its seed chooses: of another shape, out of
 * every range, twice, missing, endless, full of control characters; or no longer JSON at all.
 */
public final class HostileJson {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** Stands for the key in a node's URL, which some repeat in what they say. */
  public static final String KEY = "0123456789abcdef-key";

  /** What stands in place of a value; no valid answer has any of them where it has another. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-1",
          "0",
          "5",
          "0.5",
          "-0",
          "NaN",
          "1e999999999",
          "-1e-999999999",
          "115792089237316195423570985008687907853269984665640564039457584007913129639936",
          "9".repeat(999),
          "9".repeat(5000),
          "\"\"",
          "\"0x\"",
          "\"0X\"",
          "\"x\"",
          "\"0xg\"",
          "\"0x123\"",
          "\"-0x1\"",
          "\"0x-1\"",
          "\"0x 1\"",
          "\"0x1" + "0".repeat(64) + "\"",
          "\"0x" + "f".repeat(64) + "\"",
          "\"0x7fffffffffffffff\"",
          "\"0x8000000000000000\"",
          "\"0x" + "0".repeat(64) + "\"",
          "\"0x" + "0".repeat(40) + "\"",
          "\"0x" + "f".repeat(100_000) + "\"",
          "\"0x" + "00".repeat(65_537) + "\"",
          "\"\\u0000\"",
          "\"\\u001b[2J\\u001b]0;mine\\u0007\\u009b31m\\r\\n\"",
          "\"\\u202e\\u2066\\u2028\\u0085\"",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"\u0001 bare\"",
          "\"\\x\"",
          "\"unknown key " + KEY + "\"",
          "unknown key " + KEY,
          KEY,
          "\"; DROP TABLE orders; --\"",
          "{}",
          "[]",
          "[[]]",
          "[null]",
          "{\"\":null}",
          "{\"\\u0000\":\"\\u0000\"}",
          "{\"code\":-32000,\"message\":\"\\u001b[31m\"}",
          "[".repeat(100_000),
          "{\"a\":".repeat(100_000),
          "[" + "0,".repeat(1_000_000) + "0]",
          "[" + "{},".repeat(700_000) + "{}]",
          "");

  /** The largest, worth trying now and then. */
  private static final List<String> HUGE =
      List.of("\"0x" + "f".repeat(10_000_000) + "\"", "\"" + "\\u0000".repeat(1_700_000) + "\"");

  /** What an error says: words that mean something, about more than there can be. */
  private static final List<String> ERRORS =
      List.of(
          "block range is too large, max 99999999999k",
          "max range: 0",
          "query returned more than 0 results. Try with this block range [0xffffffffffffff, 0x0].",
          "with the range 999999999999999-0",
          "requested too many blocks from 99999999999999999999 to 1, maximum is set to 0",
          "retry in 99999 m",
          "0 requests per second",
          "99999/s request limit",
          "execution reverted\\u0000\\u001b[2J",
          "method not found: no such key " + KEY,
          "unknown block \\u202e",
          "batch of more than 0");

  private static final List<String> CODES =
      List.of("3", "-32601", "-32000", "-32005", "429", "\"x\"", "1e99", "null", "{}");

  private final SplittableRandom random;
  private final StringBuilder text = new StringBuilder();
  private int toGo;
  private String what = "nothing";

  private HostileJson(SplittableRandom random) {
    this.random = random;
  }

  /**
   * The document, changed, and in a word or two how.
   *
   * @param bytes read once, by the one who asked; nobody compares these
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Changed(byte[] bytes, String what) {}

  /** Changes it in one place. */
  public static Changed of(byte[] honest, SplittableRandom random) {
    return new HostileJson(random).changed(JSON.readTree(honest), honest);
  }

  private Changed changed(JsonNode honest, byte[] bytes) {
    if (random.nextInt(12) == 0) {
      return new Changed(broken(bytes), what);
    }
    toGo = random.nextInt(count(honest));
    write(honest);
    return new Changed(text.toString().getBytes(StandardCharsets.UTF_8), what);
  }

  private static int count(JsonNode node) {
    int count = 1;
    for (JsonNode child : node) {
      count += count(child);
    }
    return count;
  }

  private byte[] broken(byte[] honest) {
    int at = random.nextInt(honest.length);
    byte[] some = honest.clone();
    switch (random.nextInt(6)) {
      case 0 -> {
        what = "cut at " + at;
        some = Arrays.copyOf(honest, at);
      }
      case 1 -> {
        what = "another byte at " + at;
        some[at] = (byte) random.nextInt(256);
      }
      case 2 -> {
        what = "said twice";
        some = concat(honest, honest);
      }
      case 3 -> {
        what = "in UTF-16";
        some = new String(honest, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16);
      }
      case 4 -> {
        what = "behind zeros";
        some = concat(new byte[1 + random.nextInt(5)], honest);
      }
      default -> {
        what = "noise";
        random.nextBytes(some);
      }
    }
    return some;
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private void write(JsonNode node) {
    if (toGo-- == 0) {
      writeChanged(node);
    } else if (node.isObject()) {
      writeObject(node);
    } else if (node.isArray()) {
      writeArray(node);
    } else {
      text.append(node);
    }
  }

  private void writeObject(JsonNode node) {
    text.append('{');
    String comma = "";
    for (var member : node.properties()) {
      boolean isNext = toGo == 0;
      int how = random.nextInt(8);
      if (isNext && how == 0) {
        what = "no " + member.getKey();
        toGo--;
        continue;
      }
      text.append(comma).append('"').append(member.getKey()).append("\":");
      if (isNext && how == 1) {
        what = member.getKey() + " twice";
        text.append("null,\"").append(member.getKey()).append("\":");
        toGo--;
      }
      write(member.getValue());
      what = isNext && how > 1 ? member.getKey() + ": " + what : what;
      comma = ",";
    }
    text.append('}');
  }

  private void writeArray(JsonNode node) {
    text.append('[');
    String comma = "";
    for (JsonNode element : node) {
      text.append(comma);
      write(element);
      comma = ",";
    }
    text.append(']');
  }

  private void writeChanged(JsonNode node) {
    switch (random.nextInt(6)) {
      case 0 -> writeKindred(node);
      case 1 -> writeError(node);
      case 2 -> writeKindred(node);
      default -> {
        List<String> values = random.nextInt(40) == 0 ? HUGE : VALUES;
        String value = values.get(random.nextInt(values.size()));
        what = value.length() <= 40 ? value : value.substring(0, 40) + "… of " + value.length();
        text.append(value);
      }
    }
  }

  /** Of the same kind, and wrong. */
  private void writeKindred(JsonNode node) {
    if (node.isString() && !node.stringValue().isEmpty()) {
      text.append('"').append(otherText(node.stringValue())).append('"');
    } else if (node.isArray() && !node.isEmpty()) {
      writeOtherArray(node);
    } else {
      what = "negated";
      text.append(node.isNumber() ? "-" + node : "[" + node + "]");
    }
  }

  private String otherText(String honest) {
    int at = random.nextInt(honest.length());
    return switch (random.nextInt(7)) {
      case 0 -> said("a digit less", honest.substring(0, honest.length() - 1));
      case 1 -> said("a byte less", honest.substring(0, Math.max(0, honest.length() - 2)));
      case 2 -> said("a byte more", honest + "00");
      case 3 -> said("capitals", honest.toUpperCase(Locale.ROOT));
      case 4 -> said("leading zeros", honest.replaceFirst("^0x", "0x000"));
      case 5 ->
          said("a control character", honest.substring(0, at) + "\\u0000" + honest.substring(at));
      default ->
          said(
              "another digit",
              honest.substring(0, at)
                  + Integer.toHexString(random.nextInt(16))
                  + honest.substring(at + 1));
    };
  }

  private String said(String how, String text) {
    what = how;
    return text;
  }

  private void writeOtherArray(JsonNode node) {
    int at = random.nextInt(node.size());
    var other = JSON.createArrayNode().addAll(node.valueStream().toList());
    switch (random.nextInt(4)) {
      case 0 -> {
        what = "an element twice";
        other.insert(at, node.get(at));
      }
      case 1 -> {
        what = "an element five times more";
        for (int more = 0; more < 5; more++) {
          other.add(node.get(at));
        }
      }
      case 2 -> {
        what = "an element less";
        other.remove(at);
      }
      default -> {
        what = "an element elsewhere";
        other.add(other.remove(at));
      }
    }
    text.append(other);
  }

  /** An error beside or in place of what was said. */
  private void writeError(JsonNode node) {
    String message = ERRORS.get(random.nextInt(ERRORS.size()));
    what = "error " + message;
    text.append("{\"jsonrpc\":\"2.0\",\"id\":")
        .append(node.path("id").isMissingNode() ? "null" : node.path("id"))
        .append(",\"error\":{\"code\":")
        .append(CODES.get(random.nextInt(CODES.size())))
        .append(",\"message\":\"")
        .append(message)
        .append("\",\"data\":")
        .append(VALUES.get(random.nextInt(VALUES.size() - 5)))
        .append("}}");
  }
}
