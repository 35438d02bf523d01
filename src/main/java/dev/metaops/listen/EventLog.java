package dev.metaops.listen;

import dev.metaops.chain.Log;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.finding.Finding;
import dev.metaops.ledger.Applied;
import dev.metaops.ledger.Batch;
import dev.metaops.ledger.Quarantined;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The structured event log: one JSON line for each event received, applied, orphaned, quarantined
 * or not mapped, for each row moved, and for each finding. For people and their tools; nothing
 * reads it back. At {@value #MAX_BYTES} bytes it becomes {@code events.1.jsonl} and begins anew. A
 * disk that takes no more lines holds up nothing: it is said once. Thread-safe.
 */
public final class EventLog {
  static final long MAX_BYTES = 64L * 1024 * 1024;
  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final Consumer<String> said;
  private final Ticker ticker;
  private boolean failing;

  /**
   * Writes below this directory, which is made when absent.
   *
   * @param said hears when lines are lost, and when they are written again
   */
  public EventLog(Path directory, Consumer<String> said, Ticker ticker) {
    this.said = said;
    this.file = directory.resolve("events.jsonl");
    this.ticker = ticker;
    try {
      Files.createDirectories(directory);
    } catch (IOException unwritable) {
      lost(unwritable);
    }
  }

  void received(List<EscrowEvent> events) {
    write(events.stream().map(event -> describe("received", event)).toList());
  }

  void quarantined(Quarantined held) {
    ObjectNode line = describe("quarantined", held.log());
    held.key().ifPresent(key -> line.put("key", key.text()));
    write(line.put("why", held.why()));
  }

  void unmapped(Log log) {
    ObjectNode line = describe("unmapped", log);
    log.topics().stream().findFirst().ifPresent(topic -> line.put("topic", topic.text()));
    write(line);
  }

  void committed(Batch batch, Applied.Committed committed) {
    List<ObjectNode> lines = new ArrayList<>();
    batch.events().forEach(event -> lines.add(describe("applied", event)));
    if (committed.orphaned() > 0) {
      ObjectNode line = line("orphaned").put("events", committed.orphaned());
      batch.rewindTo().ifPresent(block -> line.put("after_block", block.number()));
      lines.add(line);
    }
    for (Applied.Move move : committed.moved()) {
      lines.add(
          line("moved")
              .put("order", move.orderId())
              .put("from", move.from())
              .put("to", move.to())
              .put("cursor", batch.cursor().number()));
    }
    write(lines);
  }

  /** Something looks wrong since now. */
  public void raised(Finding finding) {
    ObjectNode line = line("finding", finding.code(), finding.fingerprint());
    line.put("subject", finding.subject())
        .put("severity", finding.severity().name())
        .put("sentence", finding.sentence());
    ObjectNode evidence = line.putObject("evidence");
    finding.evidence().forEach(evidence::put);
    write(line);
  }

  /** It is over. */
  public void cleared(String code, String fingerprint) {
    write(line("cleared", code, fingerprint));
  }

  private ObjectNode line(String what, String code, String fingerprint) {
    return line(what).put("code", code).put("fingerprint", fingerprint);
  }

  private ObjectNode describe(String what, EscrowEvent event) {
    ObjectNode line = describe(what, event.log());
    line.put("kind", event.kind().name()).put("key", event.key().text());
    event.parts().orderId().ifPresent(id -> line.put("order", id));
    event.amount().ifPresent(amount -> line.put("amount", amount.toString()));
    return line;
  }

  private ObjectNode describe(String what, Log log) {
    return line(what)
        .put("block", log.block().number())
        .put("block_hash", log.block().hash().text())
        .put("transaction", log.transaction().text())
        .put("index", log.index())
        .put("contract", log.address().text());
  }

  private ObjectNode line(String what) {
    return JSON.createObjectNode().put("at", ticker.now().toString()).put("what", what);
  }

  private void write(ObjectNode line) {
    write(List.of(line));
  }

  private synchronized void write(List<ObjectNode> lines) {
    if (lines.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(JSON.writeValueAsString(line)).append('\n'));
    try {
      if (Files.exists(file) && Files.size(file) > MAX_BYTES) {
        Files.move(
            file, file.resolveSibling("events.1.jsonl"), StandardCopyOption.REPLACE_EXISTING);
      }
      Files.writeString(
          file, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      if (failing) {
        failing = false;
        said.accept(file + ": the event log is written again; lines are missing");
      }
    } catch (IOException unwritable) {
      lost(unwritable);
    }
  }

  private synchronized void lost(IOException why) {
    if (!failing) {
      failing = true;
      said.accept(file + ": the event log cannot be written, its lines are lost: " + why);
    }
  }
}
