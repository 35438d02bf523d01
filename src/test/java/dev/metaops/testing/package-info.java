/** What several features' tests share: a real chain at hand. */
@NullMarked
package dev.metaops.testing;

import org.jspecify.annotations.NullMarked;
