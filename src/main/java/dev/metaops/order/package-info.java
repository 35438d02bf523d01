/** What an order is, the states it may be in, what the chain makes of it. Pure and total. */
@NullMarked
@Feature(
    name = "order",
    mayUse = {"amount", "chain", "escrow", "time"})
package dev.metaops.order;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
