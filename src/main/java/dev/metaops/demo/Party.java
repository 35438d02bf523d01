package dev.metaops.demo;

import dev.metaops.chain.Address;

/** Someone who trades, with an account on the chain. */
record Party(String name, Address account) {}
