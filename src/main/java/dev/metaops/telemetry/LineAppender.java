package dev.metaops.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.function.Consumer;

/** Each line as JSON to whoever reads standard error. */
final class LineAppender extends AppenderBase<ILoggingEvent> {
  private final JsonLines lines;
  private final Consumer<String> out;

  LineAppender(JsonLines lines, Consumer<String> out) {
    this.lines = lines;
    this.out = out;
  }

  @Override
  protected void append(ILoggingEvent event) {
    out.accept(lines.text(event));
  }
}
