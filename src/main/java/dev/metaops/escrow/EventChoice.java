package dev.metaops.escrow;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which event, and which of its parameters mean what, as configuration says it: {@code Deposited
 * key=payee amount=weiAmount}.
 *
 * @param event its name; its signature where several have the name, or where there is no ABI
 */
record EventChoice(String event, Map<Part, String> parameters) {
  /** The word for a part that is not to be compared although a parameter has its usual name. */
  static final String NONE = "none";

  /**
   * Reads the event and its {@code part=parameter} words.
   *
   * @throws IllegalArgumentException for a part there is not
   */
  static EventChoice parse(String text) {
    int end = text.contains("(") ? text.indexOf(')') + 1 : text.strip().indexOf(' ');
    String stripped = text.strip();
    String event = end <= 0 ? stripped : stripped.substring(0, Math.min(end, stripped.length()));
    Map<Part, String> parameters = new EnumMap<>(Part.class);
    for (String word : stripped.substring(event.length()).strip().split("\\s+", -1)) {
      if (!word.isEmpty()) {
        int equals = word.indexOf('=');
        parameters.put(
            part(equals < 0 ? word : word.substring(0, equals)), word.substring(equals + 1));
      }
    }
    return new EventChoice(event, parameters);
  }

  private static Part part(String word) {
    if (word.equals("by")) {
      return Part.TO;
    }
    return Arrays.stream(Part.values())
        .filter(part -> part.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "part: "
                    + word
                    + " (expected: "
                    + Arrays.stream(Part.values()).map(Part::word).collect(Collectors.joining(", "))
                    + " or by, as part=parameter)"));
  }

  /** The only event of this name or signature. */
  DeclaredEvent in(EscrowAbi abi) {
    String wanted = event.replaceAll("\\s+", "");
    List<DeclaredEvent> found =
        abi.events().stream()
            .filter(one ->
                one.name().equals(wanted)
                    || one.canonical().equals(wanted)
                    || one.signature().replace(" ", "").equals(wanted))
            .toList();
    if (found.size() == 1) {
      return found.getFirst();
    }
    throw new IllegalArgumentException(
        "ABI: "
            + (found.isEmpty() ? "no event " : found.size() + " events ")
            + event
            + " (it has: "
            + abi.listed()
            + ")");
  }

  /**
   * Where each part stands in the event; parts that nobody named and that no usual name finds are
   * missing.
   */
  Map<Part, Integer> places(EscrowKind kind, DeclaredEvent declared) {
    Map<Part, Integer> places = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      int place =
          parameters.containsKey(part)
              ? named(part, declared)
              : usual(part, part.usual(kind), declared);
      if (place >= 0) {
        places.put(part, place);
      }
    }
    return places;
  }

  private int named(Part part, DeclaredEvent declared) {
    String name = parameters.getOrDefault(part, NONE);
    if (name.equals(NONE)) {
      return -1;
    }
    int place =
        name.matches("[0-9]{1,2}") && Integer.parseInt(name) < declared.count()
            ? Integer.parseInt(name)
            : declared.names().indexOf(name);
    if (place < 0 || !part.fits(declared.type(place))) {
      throw new IllegalArgumentException(
          "event "
              + declared.signature()
              + ": no parameter "
              + name
              + " that could be its "
              + part.word()
              + " (it has: "
              + String.join(", ", declared.names())
              + ")");
    }
    return place;
  }

  private static int usual(Part part, List<String> names, DeclaredEvent declared) {
    for (String name : names) {
      int place = declared.names().indexOf(name);
      if (place >= 0 && part.fits(declared.type(place)) && isReadable(part, place, declared)) {
        return place;
      }
    }
    return -1;
  }

  /** Of an indexed string only the hash is in the log: a key, and no id. */
  private static boolean isReadable(Part part, int place, DeclaredEvent declared) {
    return part != Part.ID || declared.topic(place) == 0;
  }
}
