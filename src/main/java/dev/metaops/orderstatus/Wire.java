package dev.metaops.orderstatus;

import java.io.IOException;

/** How one follower is written to; may wait for it. Used by one thread. */
interface Wire {
  void send(Frame frame) throws IOException;

  /** Shows that both ends are there. */
  void beat() throws IOException;

  /** The last of it, once it was told why. */
  void end(Cut why) throws IOException;
}
