/**
 * Numbers about a process that runs for long, in the form Prometheus reads. Knows no feature: who
 * has a number says how to read it. What cannot be read is absent, and never an old value.
 */
@NullMarked
@Feature(
    name = "meter",
    mayUse = {"time"})
package dev.metaops.meter;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
