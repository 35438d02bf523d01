package dev.metaops.services;

import dev.metaops.config.ServicesSection.Driver;
import dev.metaops.config.ServicesSection.Supervised;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Looks at the ports of services. */
final class Doors {
  private Doors() {}

  static List<Door> of(Supervised service, Sighting sighting) {
    Set<Long> own = own(sighting);
    return service.ports().stream()
        .map(port -> judged(service.driver(), Door.of(port, PortHolder.of(port), own)))
        .toList();
  }

  /** A container's port is held by whoever publishes it, who is not of the container. */
  private static Door judged(Driver driver, Door door) {
    return switch (driver) {
      case PM2, SYSTEMD, PROCESS -> door;
      case DOCKER, KUBERNETES ->
          door instanceof Door.Anothers(int port, String holder)
              ? new Door.Untold(port, holder)
              : door;
    };
  }

  private static Set<Long> own(Sighting sighting) {
    Set<Long> own = new HashSet<>();
    if (sighting instanceof Sighting.Running running) {
      own.addAll(running.doors());
      new ProcessTree(running.processes()).living().forEach(each -> own.add(each.pid()));
    }
    return own;
  }
}
