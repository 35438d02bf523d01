package dev.metaops.rpc;

/** An answer and the node that gave it. */
public record Told<T>(T value, Provider by) {}
