/** The reference contract's own tests, on a real node. */
@NullMarked
package dev.metaops.contracts;

import org.jspecify.annotations.NullMarked;
