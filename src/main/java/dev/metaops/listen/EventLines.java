package dev.metaops.listen;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Log;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.finding.Finding;
import dev.metaops.ledger.Applied;
import dev.metaops.ledger.Quarantined;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Lines of the event log, written straight to where they go: a backfill writes 300,000. Put
 * together by hand, as most of a line is hex, names and numbers, in which nothing is to be escaped.
 */
final class EventLines implements AutoCloseable {
  private static final JsonStringEncoder ESCAPES = JsonStringEncoder.getInstance();

  private final OutputStream out;
  private final String at;
  private final StringBuilder line = new StringBuilder(512);

  /** All of them say this moment. */
  EventLines(OutputStream out, Instant at) {
    this.out = out;
    this.at = at.toString();
  }

  void events(String what, List<EscrowEvent> events) throws IOException {
    for (EscrowEvent event : events) {
      event(what, event);
    }
  }

  private void event(String what, EscrowEvent event) throws IOException {
    begin(what);
    describe(event.log());
    plain("kind", event.kind().name());
    plain("key", event.key().text());
    event.parts().orderId().ifPresent(id -> text("order", id));
    event.amount().ifPresent(amount -> plain("amount", amount.toString()));
    end();
  }

  void quarantined(Quarantined held) throws IOException {
    begin("quarantined");
    describe(held.log());
    held.key().ifPresent(key -> plain("key", key.text()));
    text("why", held.why());
    end();
  }

  void unmapped(Log log) throws IOException {
    begin("unmapped");
    describe(log);
    log.topics().stream().findFirst().ifPresent(topic -> plain("topic", topic.text()));
    end();
  }

  void orphaned(int events, Optional<BlockRef> after) throws IOException {
    begin("orphaned");
    number("events", events);
    after.ifPresent(block -> number("after_block", block.number()));
    end();
  }

  void moved(Applied.Move move, long cursor) throws IOException {
    begin("moved");
    text("order", move.orderId());
    text("from", move.from());
    text("to", move.to());
    number("cursor", cursor);
    end();
  }

  void raised(Finding finding) throws IOException {
    begin("finding", finding.code(), finding.fingerprint());
    text("subject", finding.subject());
    plain("severity", finding.severity().name());
    text("sentence", finding.sentence());
    name("evidence");
    line.append('{');
    finding
        .evidence()
        .forEach((name, value) -> text(String.valueOf(ESCAPES.quoteAsCharArray(name)), value));
    line.append('}');
    end();
  }

  void cleared(String code, String fingerprint) throws IOException {
    begin("cleared", code, fingerprint);
    end();
  }

  private void begin(String what, String code, String fingerprint) {
    begin(what);
    text("code", code);
    text("fingerprint", fingerprint);
  }

  private void begin(String what) {
    line.append('{');
    plain("at", at);
    plain("what", what);
  }

  private void describe(Log log) {
    number("block", log.block().number());
    plain("block_hash", log.block().hash().text());
    plain("transaction", log.transaction().text());
    number("index", log.index());
    plain("contract", log.address().text());
  }

  private void end() throws IOException {
    line.append("}\n");
    out.write(line.toString().getBytes(StandardCharsets.UTF_8));
    line.setLength(0);
  }

  private void number(String name, long value) {
    name(name);
    line.append(value);
  }

  /** In which nothing is to be escaped. */
  private void plain(String name, String value) {
    name(name);
    line.append('"').append(value).append('"');
  }

  private void text(String name, String value) {
    name(name);
    line.append('"');
    ESCAPES.quoteAsString(value, line);
    line.append('"');
  }

  private void name(String name) {
    if (line.charAt(line.length() - 1) != '{') {
      line.append(',');
    }
    line.append('"').append(name).append("\":");
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
