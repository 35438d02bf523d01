package dev.metaops.telemetry;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.metaops.config.Redaction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import net.logstash.logback.encoder.LogstashEncoder;
import net.logstash.logback.fieldnames.LogstashFieldNames;
import net.logstash.logback.mask.MaskingJsonGeneratorDecorator;
import net.logstash.logback.stacktrace.ShortenedThrowableConverter;
import tools.jackson.databind.json.JsonMapper;

/** A line of the log as one JSON object without a secret. Thread-safe. */
final class JsonLines {
  private static final String LEFT_OUT = "[ignore]";

  /** Of one text, also of a trace. */
  private static final int MOST_LETTERS = 16_384;

  private final LogstashEncoder encoder = new LogstashEncoder();

  /**
   * @param timestamp what the field of the time is called
   */
  JsonLines(LoggerContext context, Identity identity, Redaction redaction, String timestamp) {
    LogstashFieldNames names = new LogstashFieldNames();
    names.setTimestamp(timestamp);
    names.setLogger("logger");
    names.setThread("thread");
    names.setLevelValue(LEFT_OUT);
    names.setVersion(LEFT_OUT);
    encoder.setContext(context);
    encoder.setFieldNames(names);
    encoder.setTimeZone("UTC");
    encoder.setCustomFields(fields(identity));
    encoder.setLineSeparator("");
    encoder.setThrowableConverter(new ShortenedThrowableConverter());
    MaskingJsonGeneratorDecorator masking = new MaskingJsonGeneratorDecorator();
    masking.addValueMasker((_, value) -> masked(redaction, value));
    masking.start();
    encoder.addDecorator(masking);
    encoder.start();
  }

  private static Object masked(Redaction redaction, Object value) {
    return value instanceof CharSequence text ? shortened(redaction.in(text.toString())) : value;
  }

  /** Only once nothing secret is in it: half a secret is not found. */
  private static String shortened(String text) {
    return text.length() <= MOST_LETTERS ? text : text.substring(0, MOST_LETTERS) + "...";
  }

  private static String fields(Identity identity) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("environment", identity.environment());
    fields.put("release", identity.release());
    identity.chain().ifPresent(chain -> fields.put("chain", chain));
    return JsonMapper.shared().writeValueAsString(fields);
  }

  byte[] bytes(ILoggingEvent event) {
    return encoder.encode(event);
  }

  String text(ILoggingEvent event) {
    return new String(bytes(event), StandardCharsets.UTF_8);
  }
}
