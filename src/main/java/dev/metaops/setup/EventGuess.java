package dev.metaops.setup;

import dev.metaops.escrow.DeclaredEvent;
import dev.metaops.escrow.EscrowAbi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which of an ABI's events might mean what, by how they are called. Pure. */
final class EventGuess {
  private static final Map<String, String> PARTS = new LinkedHashMap<>();

  static {
    PARTS.put("created", "creat deposit fund open lock");
    PARTS.put("released", "releas settl paid payout withdraw complet claim");
    PARTS.put("refunded", "refund return");
    PARTS.put("cancelled", "cancel void abort");
    PARTS.put("disputed", "disput");
  }

  private EventGuess() {}

  /** A line for each meaning some event sounds like; the first event of the ABI that does. */
  static List<ConfigLine> lines(EscrowAbi abi) {
    List<ConfigLine> lines = new ArrayList<>();
    PARTS.forEach((kind, parts) ->
        abi.events().stream()
            .filter(event -> sounds(event, parts))
            .findFirst()
            .ifPresent(event ->
                lines.add(
                    ConfigLine.untold(
                        "escrow.events",
                        kind,
                        event.event().getCanonicalSignature(),
                        "A guess, by the event's name.",
                        ConfigLine.Weight.LIGHT))));
    return lines;
  }

  private static boolean sounds(DeclaredEvent event, String parts) {
    String name = event.event().getName().toLowerCase(Locale.ROOT);
    for (String part : parts.split(" ", -1)) {
      if (name.contains(part)) {
        return true;
      }
    }
    return false;
  }
}
