package dev.metaops.restore;

import java.time.Instant;

/**
 * As far as an orders database was once seen to have come. None of it goes back while the database
 * lives on, but for the settled block by a rewind, which leaves a record.
 *
 * @param log the name of its record, which a backup keeps
 * @param epoch the highest of a stream's lease, 0 without a stream
 * @param settled the highest settled block, -1 without one
 * @param seals of the record
 * @param chain the value of the last of them in hex, empty without one
 * @param at by the orders database's clock
 */
public record Mark(String log, long epoch, long settled, long seals, String chain, Instant at) {}
