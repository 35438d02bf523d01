package dev.metaops.restore;

/**
 * How far an orders database has come, as of one moment.
 *
 * @param mark what would be remembered of it
 * @param isRewound whether a rewind was recorded after what it is held against
 */
public record Present(Mark mark, boolean isRewound) {}
