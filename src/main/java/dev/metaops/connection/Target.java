package dev.metaops.connection;

/** Something configured that can be reached, or not. */
public interface Target {
  /** What it is. */
  String subject();

  /** Where it is, without secrets. */
  String place();

  /**
   * Goes the way, hop by hop, on a thread of its own. It is abandoned at the trail's deadline,
   * wherever it is then.
   */
  void walk(Trail trail);
}
