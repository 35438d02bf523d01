/** Hand-written stand-ins for the world outside, shared by all tests. */
@NullMarked
package dev.metaops.testing;

import org.jspecify.annotations.NullMarked;
