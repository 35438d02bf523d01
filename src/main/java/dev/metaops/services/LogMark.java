package dev.metaops.services;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * A place in a service's log: what stands after it was written later.
 *
 * @param lengths of the files it is in, in bytes, where it is in files
 */
record LogMark(Instant at, Map<Path, Long> lengths) {
  LogMark {
    lengths = Map.copyOf(lengths);
  }
}
