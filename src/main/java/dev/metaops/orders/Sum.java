package dev.metaops.orders;

import dev.metaops.chain.Address;
import java.math.BigInteger;
import java.time.Instant;

/**
 * Orders of one state and one token, added up. Amounts of different tokens are never added.
 *
 * @param units base units of the token
 * @param oldest since when the one longest in that state has been in it
 */
public record Sum(String state, Address token, long count, BigInteger units, Instant oldest) {}
