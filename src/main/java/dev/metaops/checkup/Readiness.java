package dev.metaops.checkup;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Whether what has to be there before a night is there. Ready only when everything was measured and
 * holds: what nobody measured is never taken for well. Pure.
 */
record Readiness(Instant at, Map<Item, Finding> findings) {
  /** SPEC §4. The order is that of the report. */
  enum Item {
    ENVIRONMENT("environment", "mode, doors, chain and contract are configured"),
    ENDPOINTS("endpoints", "everything configured answers"),
    CONTACTS("contacts", "each was reached within 30 days"),
    DRILLS("drills", "one of each category A to D within 30 days"),
    RUNBOOK("runbook", "each of its lines was run"),
    KEYS("keys", "none is older than 30 days"),
    MONITORING("monitoring", "connected, and an alert of it arrived"),
    DETECTION("detection", "p95 under 5 min"),
    RESPONSE("response", "p95 under 15 min for P1"),
    RECOVERY("recovery", "p95 under 30 min"),
    AUDIT_COVERAGE("audit coverage", "100 % of manual changes have an owner");

    private final String title;
    private final String expected;

    Item(String title, String expected) {
      this.title = title;
      this.expected = expected;
    }

    String title() {
      return title;
    }

    String expected() {
      return expected;
    }
  }

  /** What is known of one item. */
  sealed interface Finding {
    /** What was seen, or why nothing was. */
    String words();

    record Holds(String words) implements Finding {}

    record Fails(String words) implements Finding {}

    record NotMeasured(String words) implements Finding {}
  }

  Readiness {
    if (findings.size() != Item.values().length) {
      throw new IllegalArgumentException(
          "findings: " + findings.size() + " (expected: " + Item.values().length + ")");
    }
  }

  boolean isReady() {
    return missing().isEmpty();
  }

  /** What does not hold, or was not measured. */
  List<Item> missing() {
    return Arrays.stream(Item.values())
        .filter(item -> !(of(item) instanceof Finding.Holds))
        .toList();
  }

  Finding of(Item item) {
    Finding found = findings.get(item);
    return found == null ? new Finding.NotMeasured("nobody looked") : found;
  }

  /** {@code NOT READY: 3 of 11 hold, 1 fails, 7 were not measured}. */
  String sentence() {
    long fails = missing().stream().filter(item -> of(item) instanceof Finding.Fails).count();
    long blind = missing().size() - fails;
    return isReady()
        ? "READY: all " + Item.values().length + " hold"
        : "NOT READY: "
            + (Item.values().length - missing().size())
            + " of "
            + Item.values().length
            + " hold"
            + (fails == 0 ? "" : ", " + fails + (fails == 1 ? " fails" : " fail"))
            + (blind == 0 ? "" : ", " + blind + (blind == 1 ? " was" : " were") + " not measured");
  }
}
