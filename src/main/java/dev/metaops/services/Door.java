package dev.metaops.services;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** One port of a service, and whose it is. */
public sealed interface Door {
  int port();

  /** Nobody listens. */
  record Free(int port) implements Door {}

  /** The service does. */
  record Own(int port, String holder) implements Door {}

  /** Another does. */
  record Anothers(int port, String holder) implements Door {}

  /** Somebody may, and who is not to be told. */
  record Untold(int port, String why) implements Door {}

  /**
   * Pure.
   *
   * @param own every pid that is the service's or holds ports for it
   */
  static Door of(int port, PortHolder holder, Set<Long> own) {
    return switch (holder) {
      case PortHolder.Nobody _ -> new Free(port);
      case PortHolder.Untold _ -> new Untold(port, "this system does not say who listens");
      case PortHolder.Hidden _ -> new Untold(port, "a process that this user cannot see");
      case PortHolder.Processes(List<PortHolder.Holder> holders) -> {
        List<PortHolder.Holder> strangers =
            holders.stream().filter(each -> !own.contains(each.pid())).toList();
        // One of its own beside a stranger is an inherited socket: the service does listen.
        yield strangers.size() < holders.size()
            ? new Own(
                port, text(holders.stream().filter(each -> own.contains(each.pid())).toList()))
            : new Anothers(port, text(strangers));
      }
    };
  }

  private static String text(List<PortHolder.Holder> holders) {
    return holders.stream().limit(3).map(PortHolder.Holder::text).collect(Collectors.joining(", "));
  }

  /** {@code 4001 process 4711 (node)}. */
  default String text() {
    return switch (this) {
      case Free(int port) -> port + " nobody";
      case Own(int port, String _) -> port + " its own";
      case Anothers(int port, String holder) -> port + " " + holder;
      case Untold(int port, String why) -> port + " " + why;
    };
  }
}
