package dev.metaops.listen;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Log;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.finding.Finding;
import dev.metaops.ledger.Applied;
import dev.metaops.ledger.Quarantined;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** Lines of the event log, written straight to where they go: a backfill writes 300,000. */
final class EventLines implements AutoCloseable {
  private static final ObjectWriter JSON = new JsonMapper().writer().withRootValueSeparator("\n");

  private final JsonGenerator out;
  private final String at;

  /** All of them say this moment. */
  EventLines(OutputStream out, Instant at) {
    this.out = JSON.createGenerator(out);
    this.at = at.toString();
  }

  void event(String what, EscrowEvent event) {
    begin(what);
    describe(event.log());
    out.writeStringProperty("kind", event.kind().name());
    out.writeStringProperty("key", event.key().text());
    event.parts().orderId().ifPresent(id -> out.writeStringProperty("order", id));
    event.amount().ifPresent(amount -> out.writeStringProperty("amount", amount.toString()));
    out.writeEndObject();
  }

  void quarantined(Quarantined held) {
    begin("quarantined");
    describe(held.log());
    held.key().ifPresent(key -> out.writeStringProperty("key", key.text()));
    out.writeStringProperty("why", held.why());
    out.writeEndObject();
  }

  void unmapped(Log log) {
    begin("unmapped");
    describe(log);
    log.topics().stream()
        .findFirst()
        .ifPresent(topic -> out.writeStringProperty("topic", topic.text()));
    out.writeEndObject();
  }

  void orphaned(int events, Optional<BlockRef> after) {
    begin("orphaned");
    out.writeNumberProperty("events", events);
    after.ifPresent(block -> out.writeNumberProperty("after_block", block.number()));
    out.writeEndObject();
  }

  void moved(Applied.Move move, long cursor) {
    begin("moved");
    out.writeStringProperty("order", move.orderId());
    out.writeStringProperty("from", move.from());
    out.writeStringProperty("to", move.to());
    out.writeNumberProperty("cursor", cursor);
    out.writeEndObject();
  }

  void raised(Finding finding) {
    begin("finding", finding.code(), finding.fingerprint());
    out.writeStringProperty("subject", finding.subject());
    out.writeStringProperty("severity", finding.severity().name());
    out.writeStringProperty("sentence", finding.sentence());
    out.writeObjectPropertyStart("evidence");
    finding.evidence().forEach(out::writeStringProperty);
    out.writeEndObject();
    out.writeEndObject();
  }

  void cleared(String code, String fingerprint) {
    begin("cleared", code, fingerprint);
    out.writeEndObject();
  }

  private void begin(String what, String code, String fingerprint) {
    begin(what);
    out.writeStringProperty("code", code);
    out.writeStringProperty("fingerprint", fingerprint);
  }

  private void begin(String what) {
    out.writeStartObject();
    out.writeStringProperty("at", at);
    out.writeStringProperty("what", what);
  }

  private void describe(Log log) {
    out.writeNumberProperty("block", log.block().number());
    out.writeStringProperty("block_hash", log.block().hash().text());
    out.writeStringProperty("transaction", log.transaction().text());
    out.writeNumberProperty("index", log.index());
    out.writeStringProperty("contract", log.address().text());
  }

  @Override
  public void close() {
    out.writeRaw('\n');
    out.close();
  }
}
