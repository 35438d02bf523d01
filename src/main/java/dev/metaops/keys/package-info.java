/** The venue's keys, as far as one can look at them without using them. Signs nothing. */
@NullMarked
@Feature(
    name = "keys",
    mayUse = {"chain"})
package dev.metaops.keys;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
