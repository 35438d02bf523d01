package dev.metaops.reconcile;

/** Hears how far asking about many orders is; on several threads at once. */
public interface Progress {
  /**
   * So much of it is done.
   *
   * @param provider the node, as it is shown
   * @param what the things counted, in the plural
   */
  void reached(String provider, String what, int done, int of);
}
