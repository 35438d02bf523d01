/** Which contract event means what for which order. Pure: decoding only, no socket. */
@NullMarked
@Feature(
    name = "escrow",
    mayUse = {"amount", "chain"})
package dev.metaops.escrow;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
