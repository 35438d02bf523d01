package dev.metaops.services;

import dev.metaops.config.ServicesSection.Driver;
import dev.metaops.config.Where;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What the supervisors of this machine run. Only names, states and ports are kept: pm2 prints whole
 * environments.
 */
public final class Discovery {
  private static final int MOST = 50;

  private final Where where;
  private final List<String> silent = new ArrayList<>();
  private final List<Found> found = new ArrayList<>();

  private Discovery(Where where) {
    this.where = where;
  }

  /**
   * One process that a supervisor keeps.
   *
   * @param name as a table of the configuration may be called, each once
   * @param state its supervisor's own word
   */
  public record Found(
      String name, Driver driver, String called, String state, List<Integer> ports) {
    public Found {
      ports = List.copyOf(ports);
    }
  }

  /**
   * All of it.
   *
   * @param silent supervisors that could not be asked, and why
   */
  public record Seen(List<Found> found, List<String> silent) {
    public Seen {
      found = List.copyOf(found);
      silent = List.copyOf(silent);
    }
  }

  /** Reads only. At most 50 are named. */
  public static Seen of(Where where, Deadline deadline) {
    Discovery discovery = new Discovery(where);
    discovery.pm2(deadline);
    discovery.systemd(deadline);
    discovery.docker(deadline);
    return new Seen(discovery.found.stream().limit(MOST).toList(), List.copyOf(discovery.silent));
  }

  private void pm2(Deadline deadline) {
    Path home = Drivers.pm2Home(where);
    try {
      if (Pm2Driver.daemon(home).isEmpty()) {
        silent.add("pm2: does not run under " + home);
        return;
      }
    } catch (IOException unread) {
      silent.add("pm2: " + Pm2Driver.unread(home));
      return;
    }
    Tool tool = new Tool(where, Map.of("PM2_HOME", home.toString()));
    switch (tool.succeeded(List.of("pm2", "jlist"), deadline)) {
      case Tool.Ran.Failed(String why) -> silent.add("pm2: " + why);
      case Tool.Ran.Ended(int _, String out, String _) -> {
        try {
          Set<String> names = new HashSet<>();
          for (JsonNode each : Pm2Driver.list(out)) {
            String name = each.path("name").asString("");
            if (!name.isEmpty() && names.add(name)) {
              add(
                  Driver.PM2,
                  name,
                  each.path("pm2_env").path("status").asString("?"),
                  ports(each.path("pid").asLong(0)));
            }
          }
        } catch (JacksonException unreadable) {
          silent.add("pm2: jlist printed no list");
        }
      }
    }
  }

  private void systemd(Deadline deadline) {
    List<String> words =
        List.of(
            "systemctl",
            "list-units",
            "--type=service",
            "--state=running",
            "--no-pager",
            "--no-legend",
            "--plain");
    switch (new Tool(where).succeeded(words, deadline)) {
      case Tool.Ran.Failed(String why) -> silent.add("systemd: " + why);
      case Tool.Ran.Ended(int _, String out, String _) ->
          out.lines()
              .map(line -> line.strip().split("\\s+", 5))
              .filter(fields -> fields.length >= 4 && fields[0].endsWith(".service"))
              .filter(fields -> !fields[0].matches("(systemd-|dbus|getty@|user@|cron\\.).*"))
              .forEach(fields -> add(Driver.SYSTEMD, fields[0], fields[3], List.of()));
    }
  }

  private void docker(Deadline deadline) {
    List<String> words = List.of("docker", "ps", "--format={{.Names}}\t{{.State}}");
    switch (new Tool(where).succeeded(words, deadline)) {
      case Tool.Ran.Failed(String why) -> silent.add("docker: " + why);
      case Tool.Ran.Ended(int _, String out, String _) ->
          out.lines()
              .map(line -> line.split("\t", 2))
              .filter(fields -> fields.length == 2 && !fields[0].isBlank())
              .forEach(fields -> add(Driver.DOCKER, fields[0], fields[1], List.of()));
    }
  }

  private void add(Driver driver, String called, String state, List<Integer> ports) {
    found.add(new Found(free(called), driver, called, state, ports));
  }

  private String free(String called) {
    String plain =
        called
            .toLowerCase(Locale.ROOT)
            .replaceFirst("\\.service$", "")
            .replaceAll("[^a-z0-9_-]+", "-")
            .replaceAll("^[-_]+|-+$", "");
    String base = plain.isEmpty() || plain.equals("all") ? "service" : plain;
    String name = base.length() <= 28 ? base : base.substring(0, 28);
    return IntStream.iterate(1, n -> n + 1)
        .mapToObj(n -> n == 1 ? name : name + "-" + n)
        .filter(candidate -> found.stream().noneMatch(each -> each.name().equals(candidate)))
        .findFirst()
        .orElseThrow();
  }

  /** Where it listens now. */
  private static List<Integer> ports(long pid) {
    return ProcessId.of(pid)
        .map(process -> new ProcessTree(List.of(process)).living())
        .map(PortHolder.Listening::portsOf)
        .orElse(List.of());
  }
}
