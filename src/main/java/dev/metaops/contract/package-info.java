/**
 * The deployed contract beside what it should be: the compiler's artifact, the approved baseline,
 * the ABI, the money it says it holds. Reads only.
 *
 * <p>Guarantees: what could not be compared is never called equal; a baseline is on the disk when
 * {@code BaselineFile} returns.
 */
@NullMarked
@Feature(
    name = "contract",
    mayUse = {"chain", "escrow", "rpc", "time"})
package dev.metaops.contract;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
