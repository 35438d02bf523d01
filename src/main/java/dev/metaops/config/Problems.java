package dev.metaops.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Gathers what is wrong, so that all of it is said at once. Not thread-safe. */
public final class Problems {
  private final List<Problem> found = new ArrayList<>();

  public void add(Problem problem) {
    found.add(problem);
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  public List<Problem> all() {
    return Collections.unmodifiableList(found);
  }
}
