/** Exact token amounts in base units. No floating point anywhere. */
@NullMarked
@Feature(
    name = "amount",
    mayUse = {})
package dev.metaops.amount;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
