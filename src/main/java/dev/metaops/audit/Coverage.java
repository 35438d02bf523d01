package dev.metaops.audit;

import java.time.Instant;
import java.util.Optional;

/**
 * How far checkpoints reach.
 *
 * @param newest the last that may be believed
 * @param kept how many may be believed
 * @param agreeing with how many of them the records agree
 * @param uncovered seals that no checkpoint covers yet
 * @param since the time of the first of these
 */
public record Coverage(
    Optional<Checkpoint> newest,
    long kept,
    long agreeing,
    long uncovered,
    Optional<Instant> since) {}
