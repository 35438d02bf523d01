/**
 * What can be asked, and how it ends: one sealed interface per noun, nested records, the options of
 * every verb, exit codes, whoever started it. The one answerer of each noun is in a room of its
 * own.
 */
@NullMarked
@Feature(
    name = "command",
    mayUse = {"chain", "chaos", "config", "contract", "order", "page", "plan", "services", "time"})
package dev.metaops.command;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
