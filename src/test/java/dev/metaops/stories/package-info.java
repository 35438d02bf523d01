/** What people rely on, told from the outside: a real chain, a real database. */
@NullMarked
package dev.metaops.stories;

import org.jspecify.annotations.NullMarked;
