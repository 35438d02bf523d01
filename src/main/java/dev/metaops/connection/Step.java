package dev.metaops.connection;

import java.time.Duration;

/** A hop that was taken, or tried. */
public record Step(Hop hop, Duration took, Outcome outcome) {}
