package dev.metaops.rpc;

import java.util.Optional;

/**
 * What a node takes at once, as far as its refusals have said. Empty: no limit met so far.
 *
 * @param blocks of one question for logs, by the node's own rule
 * @param blocksNow of one question for logs, so that the answer is not too large; grows again
 * @param results of one question for logs, as it said
 * @param bytes of one answer, as it said
 * @param batch questions in one request, by the node's own rule
 * @param callsASecond as it said, or as it was found out; grows again
 */
public record Limits(
    Optional<Long> blocks,
    Optional<Long> blocksNow,
    Optional<Long> results,
    Optional<Long> bytes,
    Optional<Long> batch,
    Optional<Integer> callsASecond) {}
