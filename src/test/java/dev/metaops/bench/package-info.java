/** What the benches share: loaded databases, timed statements and processes, medians. */
package dev.metaops.bench;
