package dev.metaops.serve;

import dev.metaops.config.Settings;
import dev.metaops.time.Ticker;
import java.util.function.Consumer;

/** Opens the HTTP endpoints of a process that serves; a door, so {@code main} says which. */
public interface Front {
  /**
   * Returns at once. What stands in the way, such as a port that is taken, is said, and tried again
   * until this is closed: following does not wait for it.
   */
  Open open(
      Settings settings, Probes probes, ServeMetrics metrics, Consumer<String> said, Ticker ticker);

  /** The endpoints, open or on their way. */
  interface Open extends AutoCloseable {
    @Override
    void close();
  }
}
