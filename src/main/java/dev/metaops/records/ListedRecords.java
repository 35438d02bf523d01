package dev.metaops.records;

import dev.metaops.audit.AuditRecord;
import dev.metaops.audit.LogHome;
import dev.metaops.command.AuditCommand;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import dev.metaops.time.Ages;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Records of every log that is there, newest first, drawn.
 *
 * @param total how many there are, listed or not
 * @param unread logs whose records are not among them
 */
record ListedRecords(
    AuditCommand.Entries command,
    List<Listed> records,
    long total,
    List<AuditLogs.Unread> unread,
    Instant now)
    implements Picture {
  /** Within a log as that log has them. */
  static final Comparator<Listed> NEWEST_FIRST =
      Comparator.<Listed, Instant>comparing(listed -> listed.record().at()).reversed();

  ListedRecords {
    records = List.copyOf(records);
    unread = List.copyOf(unread);
  }

  /** A record, and of which log. */
  record Listed(LogHome home, AuditRecord record) {}

  private static final JsonMapper JSON = new JsonMapper();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MM-dd HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  @Override
  public String shape() {
    return "audit-list/1";
  }

  @Override
  public void drawText(Page page) {
    unread.forEach(one -> page.line(Ink.BAD, one.sentence()));
    String within = "within " + Ages.of(command.window());
    String of = command.order().map(order -> " on " + order.text()).orElse("");
    if (records.isEmpty()) {
      page.line("No intervention" + of + " is on record " + within + ".");
      return;
    }
    page.line(
        Ink.STRONG,
        "Interventions"
            + of
            + " on record "
            + within
            + ": "
            + total
            + (records.size() < total ? ", the newest " + records.size() : ""));
    var table =
        new Table()
            .column("log")
            .column("record", Table.Side.RIGHT)
            .column("when")
            .column("age", Table.Side.RIGHT)
            .column("kind")
            .column("order")
            .column("who")
            .column("what")
            .column("from");
    for (Listed listed : records) {
      AuditRecord record = listed.record();
      JsonNode body = body(record);
      table.row(
          listed.home().word(),
          String.valueOf(record.id()),
          TIME.format(record.at()),
          Ages.of(Duration.between(record.at(), now)),
          record.kind(),
          record.orderId().orElse("–"),
          record.actor(),
          RecordWords.what(record.kind(), body)
              + record.claim().map(ListedRecords::words).orElse(""),
          RecordWords.origin(body));
    }
    page.table(table);
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("at", now.toString());
    into.put("total", total);
    ArrayNode missing = into.putArray("unread");
    unread.forEach(one -> missing.addObject().put("log", one.home().word()).put("why", one.why()));
    ArrayNode array = into.putArray("records");
    for (Listed listed : records) {
      AuditRecord record = listed.record();
      ObjectNode one =
          array
              .addObject()
              .put("log", listed.home().word())
              .put("id", record.id())
              .put("at", record.at().toString())
              .put("kind", record.kind())
              .put("order", record.orderId().orElse(null))
              .put("actor", record.actor())
              .put("what", RecordWords.what(record.kind(), body(record)));
      record.seq().ifPresent(seq -> one.put("seq", seq));
      record
          .claim()
          .ifPresent(claim ->
              one.putObject("claimed")
                  .put("by", claim.by())
                  .put("reason", claim.reason())
                  .put("record", claim.recordId()));
      one.put("leaf", record.leaf().hex());
      one.put("entry", record.entry());
    }
  }

  private static String words(AuditRecord.Claim claim) {
    return ", claimed by " + claim.by() + " (" + claim.reason() + ")";
  }

  /** The entry's body; a missing node where the entry is no JSON any more. */
  private static JsonNode body(AuditRecord record) {
    return read(record.entry()).map(entry -> entry.path("body")).orElseGet(JSON::missingNode);
  }

  private static Optional<JsonNode> read(String entry) {
    try {
      return Optional.of(JSON.readTree(entry));
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }
}
