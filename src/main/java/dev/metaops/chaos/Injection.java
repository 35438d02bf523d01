package dev.metaops.chaos;

/**
 * A fault that was put into an answer just now.
 *
 * @param about what it was put into: {@code eth_getLogs, block 12, log 3}
 */
public record Injection(Fault fault, String about) {}
