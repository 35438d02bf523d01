/** What several features' tests share: a real chain at hand, a node that lies, settable time. */
@NullMarked
package dev.metaops.testing;

import org.jspecify.annotations.NullMarked;
