/** The command line: words to commands, answers to text, JSON and an exit code. */
@NullMarked
@Feature(
    name = "cli",
    mayUse = {"chain", "chaos", "command", "config", "contract", "order", "page", "services"})
package dev.metaops.cli;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
