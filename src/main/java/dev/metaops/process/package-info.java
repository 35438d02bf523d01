/**
 * Answers {@code services}, and writes down what becomes of them and who did it. Works with
 * everything else down.
 */
@NullMarked
@Feature(
    name = "process",
    mayUse = {
      "checkup",
      "command",
      "config",
      "finding",
      "journal",
      "look",
      "page",
      "reach",
      "services",
      "store",
      "telemetry",
      "time"
    })
package dev.metaops.process;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
