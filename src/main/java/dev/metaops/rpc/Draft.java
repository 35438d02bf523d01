package dev.metaops.rpc;

import dev.metaops.chain.Address;

/**
 * A transaction that nobody signed, without value.
 *
 * @param data 0x and hex digits
 */
public record Draft(Address from, Address to, String data) {}
