package dev.metaops.listen;

/**
 * The places in following a chain where a crash is interesting. Each is passed in this order, once
 * a batch; crash tests kill the process at every one.
 */
public enum Waypoint {
  LEASE_TAKEN,
  HEAD_READ,
  HEADERS_READ,
  LOGS_READ,
  BATCH_READY,
  BATCH_COMMITTED,
  EVENTS_LOGGED;

  /** Told of each waypoint as it is passed, on the listener's thread. */
  public interface Observer {
    void passed(Waypoint waypoint);
  }
}
