package dev.metaops.machine;

/**
 * How many want to run at once.
 *
 * @param average over the last 5 minutes
 * @param cpus how many we may use; a container may have a fraction of one
 */
public record Load(double average, double cpus, Usage.Ceiling ceiling) {
  /** 100 is every CPU busy and nobody waiting. */
  public int percent() {
    return (int) Math.min(Integer.MAX_VALUE, Math.ceil(100 * average / cpus));
  }
}
