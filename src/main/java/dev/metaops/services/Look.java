package dev.metaops.services;

import dev.metaops.config.ServicesSection.Supervised;
import java.util.List;

/** How one service was found. */
public record Look(Supervised service, Sighting sighting, List<Door> doors, Readiness readiness) {
  public Look {
    doors = List.copyOf(doors);
  }

  /** What it comes to. */
  public enum Standing {
    READY,
    NOT_READY,
    STOPPED,
    UNKNOWN
  }

  public Standing standing() {
    return switch (sighting) {
      case Sighting.Running _ ->
          switch (readiness) {
            case Readiness.Ready _, Readiness.Untold _ -> Standing.READY;
            case Readiness.NotYet _ -> Standing.NOT_READY;
          };
      case Sighting.Stopped _, Sighting.Absent _ -> Standing.STOPPED;
      case Sighting.Unseen _ -> Standing.UNKNOWN;
    };
  }
}
