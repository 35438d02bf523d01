package dev.metaops.telemetry;

import dev.metaops.finding.Finding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Findings in the log of the process, with what was seen as fields. Thread-safe. */
public final class FindingLog {
  private static final Logger LOGGER = LoggerFactory.getLogger(Log.OURS + ".finding");

  private FindingLog() {}

  /** It is so since now, or says something else since now. */
  public static void raised(Finding finding) {
    LOGGER
        .atLevel(
            switch (finding.severity()) {
              case P1 -> Level.ERROR;
              case P2 -> Level.WARN;
              case P3 -> Level.INFO;
            })
        .addKeyValue("finding", finding.code())
        .addKeyValue("subject", finding.subject())
        .addKeyValue("severity", finding.severity().name())
        .addKeyValue("evidence", finding.evidence())
        .log("{}", finding.sentence());
  }

  /** It is over. */
  public static void cleared(Finding finding) {
    LOGGER
        .atInfo()
        .addKeyValue("finding", finding.code())
        .addKeyValue("subject", finding.subject())
        .addKeyValue("severity", finding.severity().name())
        .log("over: {}", finding.sentence());
  }
}
