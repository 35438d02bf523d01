package dev.metaops.restore;

import java.util.Optional;

/**
 * How far an orders database has come, as of one moment.
 *
 * @param mark what would be remembered of it
 * @param isRewound whether a rewind was recorded after what it is held against
 * @param then the value of its seal of that number in hex; empty without such a seal
 */
public record Present(Mark mark, boolean isRewound, Optional<String> then) {}
