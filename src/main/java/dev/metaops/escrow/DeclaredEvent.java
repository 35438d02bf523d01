package dev.metaops.escrow;

import com.esaulpaugh.headlong.abi.ABIType;
import com.esaulpaugh.headlong.abi.Event;
import com.esaulpaugh.headlong.abi.Tuple;
import com.esaulpaugh.headlong.abi.TupleType;
import dev.metaops.chain.Hash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An event as an ABI declares it.
 *
 * @param names of its parameters; empty texts where the ABI gives none
 */
public record DeclaredEvent(Event<Tuple> event, List<String> names) {
  public DeclaredEvent {
    names = List.copyOf(names);
  }

  /**
   * Reads {@code Name(type indexed name, …)}; indexed and names may be left out.
   *
   * @throws IllegalArgumentException when it is no such text
   */
  static DeclaredEvent parse(String text) {
    int open = text.indexOf('(');
    if (open <= 0 || !text.endsWith(")")) {
      throw new IllegalArgumentException(
          "event: " + text + " (expected: Name(type indexed name, …))");
    }
    String inside = text.substring(open + 1, text.length() - 1).strip();
    List<String> types = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<String> parameters = inside.isEmpty() ? List.of() : List.of(inside.split(",", -1));
    boolean[] indexed = new boolean[parameters.size()];
    for (int at = 0; at < indexed.length; at++) {
      List<String> words = List.of(parameters.get(at).strip().split("\\s+", -1));
      types.add(words.getFirst());
      indexed[at] = words.contains("indexed");
      String last = words.getLast();
      names.add(words.size() == 1 || last.equals("indexed") ? "" : last);
    }
    try {
      return new DeclaredEvent(
          Event.create(
              text.substring(0, open).strip(),
              TupleType.parse("(" + String.join(",", types) + ")"),
              indexed),
          names);
    } catch (RuntimeException unreadable) { // the library has no common type for what it refuses
      throw new IllegalArgumentException(
          "event: " + text + " has a type that does not exist", unreadable);
    }
  }

  String name() {
    return event.getName();
  }

  /** {@code Name(type,type)}: what is hashed. */
  public String canonical() {
    return event.getCanonicalSignature();
  }

  /** {@code Name(type indexed,type)}. */
  String signature() {
    StringBuilder text = new StringBuilder(event.getName()).append('(');
    for (int at = 0; at < count(); at++) {
      text.append(at == 0 ? "" : ",")
          .append(type(at))
          .append(event.isElementIndexed(at) ? " indexed" : "");
    }
    return text.append(')').toString();
  }

  int count() {
    return event.getInputs().size();
  }

  String type(int at) {
    ABIType<?> type = event.getInputs().get(at);
    return type.getCanonicalType();
  }

  /** Which topic holds it, from 1; 0 when it stands in the data. */
  int topic(int at) {
    if (!event.isElementIndexed(at)) {
      return 0;
    }
    int topic = 1;
    for (int before = 0; before < at; before++) {
      topic += event.isElementIndexed(before) ? 1 : 0;
    }
    return topic;
  }

  Hash topic0() {
    return Words.keccak(canonical().getBytes(StandardCharsets.US_ASCII));
  }
}
