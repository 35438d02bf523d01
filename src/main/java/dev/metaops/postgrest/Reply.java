package dev.metaops.postgrest;

import java.time.Duration;
import java.util.Optional;

/**
 * A whole HTTP answer.
 *
 * @param contentType and the other headers: empty when absent
 */
@SuppressWarnings("ArrayRecordComponent") // read once by the one who asked, never compared
record Reply(
    int status,
    String contentType,
    String contentRange,
    String location,
    Optional<Duration> retryAfter,
    byte[] body) {}
