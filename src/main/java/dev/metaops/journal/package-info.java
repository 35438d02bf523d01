/**
 * The local file that works when no database does.
 *
 * <p>Guarantees: what was appended is on the disk when {@code append} returns; entries keep their
 * order and their instants never go back; a line torn by a crash is reported and hides nothing
 * else; two processes never write into each other's lines.
 */
@NullMarked
@Feature(
    name = "journal",
    mayUse = {"time"})
package dev.metaops.journal;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
