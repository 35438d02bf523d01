package dev.metaops.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowKind;
import dev.metaops.finding.Finding;
import dev.metaops.finding.Severity;
import dev.metaops.ledger.Applied;
import dev.metaops.ledger.Quarantined;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every line is one JSON object, whatever strangers wrote into it. */
final class EventLinesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final String HOSTILE = "a\"b\\c\n\u0000\u2028}é€\uD83D\uDE00,\"x\":{";
  private static final Hash HASH = new Hash("0x" + "ab".repeat(32));
  private static final Log LOG =
      new Log(
          new BlockRef(7, HASH), HASH, 3, new Address("0x" + "cd".repeat(20)), List.of(HASH), "0x");

  /** Writes some lines. */
  private interface Writing {
    void to(EventLines lines) throws IOException;
  }

  @Test
  void eventsSayWhereTheyStandAndWhatTheyAre() {
    EscrowEvent.Terms terms =
        new EscrowEvent.Terms(
            HOSTILE, LOG.address(), LOG.address(), Address.ZERO, BigInteger.TWO.pow(200), NOW);
    EscrowEvent created = EscrowEvent.created(HASH, terms, LOG);
    EscrowEvent disputed =
        EscrowEvent.of(EscrowKind.DISPUTED, HASH, Optional.empty(), Optional.empty(), LOG);

    List<JsonNode> lines = written(out -> out.events("received", List.of(created, disputed)));

    assertThat(lines).hasSize(2);
    JsonNode first = lines.getFirst();
    assertThat(first.propertyNames())
        .containsExactly(
            "at",
            "what",
            "block",
            "block_hash",
            "transaction",
            "index",
            "contract",
            "kind",
            "key",
            "order",
            "amount");
    assertThat(first.path("at").stringValue()).isEqualTo(NOW.toString());
    assertThat(first.path("what").stringValue()).isEqualTo("received");
    assertThat(first.path("block").longValue()).isEqualTo(7);
    assertThat(first.path("block_hash").stringValue()).isEqualTo(HASH.text());
    assertThat(first.path("index").intValue()).isEqualTo(3);
    assertThat(first.path("contract").stringValue()).isEqualTo(LOG.address().text());
    assertThat(first.path("kind").stringValue()).isEqualTo("CREATED");
    assertThat(first.path("order").stringValue()).isEqualTo(HOSTILE);
    assertThat(first.path("amount").stringValue()).isEqualTo(BigInteger.TWO.pow(200).toString());
    assertThat(lines.getLast().has("order")).isFalse();
    assertThat(lines.getLast().has("amount")).isFalse();
  }

  @Test
  void whatStrangersWroteStaysInsideItsText() {
    List<JsonNode> lines =
        written(out -> {
          out.quarantined(new Quarantined(LOG, Optional.of(HASH), HOSTILE));
          out.unmapped(LOG);
          out.moved(new Applied.Move(HOSTILE, "CREATED", "PENDING"), 9);
          out.orphaned(4, Optional.of(LOG.block()));
          out.cleared(HOSTILE, HOSTILE);
        });

    assertThat(lines)
        .extracting(line -> line.path("what").stringValue())
        .containsExactly("quarantined", "unmapped", "moved", "orphaned", "cleared");
    assertThat(lines.get(0).path("why").stringValue()).isEqualTo(HOSTILE);
    assertThat(lines.get(1).path("topic").stringValue()).isEqualTo(HASH.text());
    assertThat(lines.get(2).path("order").stringValue()).isEqualTo(HOSTILE);
    assertThat(lines.get(2).path("cursor").longValue()).isEqualTo(9);
    assertThat(lines.get(3).path("events").intValue()).isEqualTo(4);
    assertThat(lines.get(3).path("after_block").longValue()).isEqualTo(7);
    assertThat(lines.get(4).path("code").stringValue()).isEqualTo(HOSTILE);
  }

  @Test
  void theEvidenceOfAFindingIsAnObject() {
    Finding none = Finding.of("code", "subject", Severity.P2, HOSTILE, Map.of());
    Finding some =
        Finding.of("code", "subject", Severity.P2, HOSTILE, Map.of(HOSTILE, HOSTILE, "b", "c"));

    List<JsonNode> lines =
        written(out -> {
          out.raised(none);
          out.raised(some);
        });

    assertThat(lines.get(0).path("evidence").isEmpty()).isTrue();
    assertThat(lines.get(0).path("sentence").stringValue()).isEqualTo(HOSTILE);
    assertThat(lines.get(1).path("evidence").path(HOSTILE).stringValue()).isEqualTo(HOSTILE);
    assertThat(lines.get(1).path("evidence").path("b").stringValue()).isEqualTo("c");
  }

  private static List<JsonNode> written(Writing what) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (EventLines lines = new EventLines(bytes, NOW)) {
      what.to(lines);
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(text).endsWith("}\n");
    return text.lines().map(line -> new JsonMapper().readTree(line)).toList();
  }
}
