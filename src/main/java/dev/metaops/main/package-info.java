/** Reads the configuration, builds the graph by hand, and ends with the right exit code. */
@NullMarked
@Feature(
    name = "main",
    mayUse = {
      "api",
      "checkup",
      "cli",
      "command",
      "config",
      "database",
      "demo",
      "deployment",
      "events",
      "intervention",
      "orderdesk",
      "page",
      "postgres",
      "process",
      "reach",
      "records",
      "serve",
      "setup",
      "store",
      "time"
    })
package dev.metaops.main;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
