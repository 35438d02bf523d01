package dev.metaops.telemetry;

import java.util.Map;
import java.util.function.UnaryOperator;

/** The numbers of the process as they are now, as OpenTelemetry has them in Protobuf. */
@FunctionalInterface
public interface PushedMetrics {
  /**
   * Reads them anew.
   *
   * @param resource what describes the process
   * @param cut what a label's value becomes before it leaves
   */
  byte[] now(Map<String, String> resource, UnaryOperator<String> cut);
}
