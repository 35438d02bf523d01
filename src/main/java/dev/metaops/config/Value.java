package dev.metaops.config;

/** One key as it stands: for {@code config show}. {@code shown} is safe to print. */
public record Value(Key key, String shown, Origin origin) {}
