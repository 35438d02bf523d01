package dev.metaops.ledger;

import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import java.util.Optional;

/**
 * A mapped event that does not decode. It holds back only the order of its key, if it has one.
 *
 * @param why one sentence, control characters removed
 */
public record Quarantined(Log log, Optional<Hash> key, String why) {}
