package dev.metaops.chain;

import java.util.Optional;

/**
 * Where one provider says the chain stands.
 *
 * @param safe the {@code safe} tag, absent when the chain has none
 * @param finalized the {@code finalized} tag, absent when the chain has none
 */
public record ChainHead(Header latest, Optional<BlockRef> safe, Optional<BlockRef> finalized) {}
