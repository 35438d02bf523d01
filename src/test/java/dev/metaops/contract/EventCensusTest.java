package dev.metaops.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Hash;
import dev.metaops.contract.EventCensus.Kind;
import dev.metaops.contract.EventCensus.Names;
import dev.metaops.contract.EventCensus.Seen;
import dev.metaops.escrow.Decoded;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EventCensusTest {
  private static final Hash MAPPED = Keccaks.of("Moved(bytes32)");
  private static final Hash LISTED = Keccaks.of("Listed()");
  private static final Hash STRANGE = Keccaks.of("Strange()");
  private static final Names NAMES =
      Names.of(List.of("Moved(bytes32)", "Listed()"), Set.of(MAPPED));
  private static final Bytecode CODE = new Bytecode("0x7f" + MAPPED.text().substring(2) + "a1");

  @Test
  void everyTopicIsCountedByWhatItMeans() {
    assertThat(
            EventCensus.count(
                NAMES,
                List.of(
                    unmapped(LISTED),
                    unmapped(STRANGE),
                    unmapped(LISTED),
                    broken(),
                    unmapped(Keccaks.of("Upgraded(address)")),
                    new Decoded.Unmapped(Optional.empty()))))
        .containsExactly(
            new Seen(Optional.of(LISTED), "Listed()", Kind.UNMAPPED, 2),
            new Seen(Optional.of(STRANGE), STRANGE.text(), Kind.UNKNOWN, 1),
            new Seen(Optional.of(MAPPED), "Moved(bytes32)", Kind.MAPPED, 1),
            new Seen(
                Optional.of(Keccaks.of("Upgraded(address)")),
                "Upgraded(address)",
                Kind.UNMAPPED,
                1),
            new Seen(Optional.empty(), "anonymous", Kind.UNKNOWN, 1));
  }

  @Test
  void whatIsMissingUnknownOrUnreadableIsNamed() {
    assertThat(judged(CODE, unmapped(LISTED))).containsOnly(Symptom.AS_EXPECTED);
    assertThat(judged(new Bytecode("0x6000"), unmapped(LISTED))).contains(Symptom.EVENT_MISSING);
    assertThat(judged(CODE, unmapped(STRANGE))).contains(Symptom.EVENT_UNKNOWN);
    assertThat(judged(CODE, broken())).contains(Symptom.EVENT_UNDECODABLE);
  }

  private static List<Symptom> judged(Bytecode running, Decoded event) {
    return EventCensus.judge(NAMES, List.of(event), running, "blocks 1-2").stream()
        .map(Check::symptom)
        .toList();
  }

  private static Decoded unmapped(Hash topic) {
    return new Decoded.Unmapped(Optional.of(topic));
  }

  private static Decoded broken() {
    return new Decoded.Undecodable(MAPPED, Optional.empty(), "cut short");
  }
}
