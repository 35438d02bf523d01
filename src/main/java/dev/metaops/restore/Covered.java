package dev.metaops.restore;

import java.time.Instant;

/**
 * What the newest signed checkpoint covers.
 *
 * @param seals how many
 * @param epoch the highest of a stream's lease then
 */
public record Covered(long seals, long epoch, Instant at) {}
