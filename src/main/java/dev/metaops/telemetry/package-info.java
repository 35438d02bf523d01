/**
 * What a process that runs for long tells others of itself, beside its streams and endpoints: its
 * log as JSON and to Logtail, its defects to Sentry, its numbers over OTLP. Nothing is begun for
 * what is not configured; whoever takes nothing holds up nothing; what is lost is counted and said;
 * and every secret that is configured is cut from whatever leaves.
 */
@NullMarked
@Feature(
    name = "telemetry",
    mayUse = {"config", "finding", "time"})
package dev.metaops.telemetry;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
