package dev.metaops.records;

import dev.metaops.audit.AuditReport;
import dev.metaops.audit.LogHome;
import dev.metaops.command.ExitCode;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether each log is whole, drawn one after the other. The worst decides how it ends.
 *
 * @param logs at least one, or one that could not be read
 */
record VerifiedLogs(List<Log> logs, List<AuditLogs.Unread> unread) implements Picture {
  VerifiedLogs {
    logs = List.copyOf(logs);
    unread = List.copyOf(unread);
  }

  /** One of them. */
  record Log(LogHome home, VerifiedRecord record) {}

  /**
   * @param now by the database's clock; empty for an export
   */
  static Log log(LogHome home, AuditReport report, Optional<Instant> now) {
    return new Log(home, new VerifiedRecord(report, now));
  }

  /** SPEC §4: 0 clean, 1 unverifiable, 2 tampered or incomplete, 3 unreadable. */
  ExitCode exit() {
    var exits = new ArrayList<ExitCode>(logs.stream().map(log -> log.record().exit()).toList());
    unread.forEach(_ -> exits.add(ExitCode.COULD_NOT));
    return exits.stream().reduce(ExitCode.FINE, ExitCode::worst);
  }

  @Override
  public String shape() {
    return "audit-verify/1";
  }

  @Override
  public void drawText(Page page) {
    for (Log log : logs) {
      if (logs.size() + unread.size() > 1) {
        page.line(Ink.STRONG, "The log of " + log.home().words() + ":");
      }
      log.record().drawText(page);
    }
    unread.forEach(one -> page.line(Ink.BAD, one.sentence()));
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("clean", unread.isEmpty() && logs.stream().allMatch(log -> log.record().isClean()));
    ArrayNode all = into.putArray("logs");
    for (Log log : logs) {
      ObjectNode one = all.addObject().put("log", log.home().word());
      log.record().drawJson(one);
    }
    ArrayNode missing = into.putArray("unread");
    unread.forEach(one -> missing.addObject().put("log", one.home().word()).put("why", one.why()));
  }
}
