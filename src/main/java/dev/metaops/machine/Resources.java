package dev.metaops.machine;

import java.util.Optional;

/**
 * What was read at one moment. Bytes, except file descriptors.
 *
 * @param disk of the directory that was asked about; empty when nobody can tell
 * @param load empty where the system keeps none
 * @param files empty where the system does not tell
 */
public record Resources(
    Usage memory, Optional<Usage> disk, Optional<Load> load, Optional<Usage> files) {}
