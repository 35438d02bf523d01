/**
 * A port of this process on which it answers over HTTP: one that is taken holds up nothing, its
 * holder is named, and it is tried again until it is free.
 */
@NullMarked
@Feature(
    name = "http",
    mayUse = {"services", "time"})
package dev.metaops.http;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
