/**
 * The file and the environment as records. All problems are reported together; secrets never print.
 */
@NullMarked
@Feature(
    name = "config",
    mayUse = {"time"})
package dev.metaops.config;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
