package dev.metaops.services;

import dev.metaops.config.ServicesSection.Supervised;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** In which order services are started; stopped they are the other way round. Pure. */
final class Sequence {
  private Sequence() {}

  /**
   * The chosen ones, each after all it depends on, also by way of others; as configured where that
   * leaves a choice.
   */
  static List<Supervised> toStart(List<Supervised> all, Collection<String> chosen) {
    Map<String, Supervised> byName = new LinkedHashMap<>();
    all.forEach(each -> byName.put(each.name(), each));
    Set<Supervised> ordered = new LinkedHashSet<>();
    Set<String> begun = new LinkedHashSet<>();
    all.forEach(each -> add(each, byName, begun, ordered));
    return ordered.stream().filter(each -> chosen.contains(each.name())).toList();
  }

  private static void add(
      Supervised one, Map<String, Supervised> byName, Set<String> begun, Set<Supervised> ordered) {
    if (begun.add(one.name())) {
      one.dependsOn().stream()
          .flatMap(name -> Optional.ofNullable(byName.get(name)).stream())
          .forEach(before -> add(before, byName, begun, ordered));
      ordered.add(one);
    }
  }

  static List<Supervised> toStop(List<Supervised> all, Collection<String> chosen) {
    return toStart(all, chosen).reversed();
  }
}
