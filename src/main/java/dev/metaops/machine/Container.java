package dev.metaops.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The limits of the control group around us, version 2 or 1. A group is bound by those above it:
 * the lowest counts.
 *
 * @param memory what it may use and uses, without cached files that can be given back
 * @param cpus how many of them
 */
public record Container(Optional<Usage> memory, Optional<Double> cpus) {
  private static final Path PROCESS = Path.of("/proc/self/cgroup");
  private static final Path GROUPS = Path.of("/sys/fs/cgroup");

  /** Version 1 writes "no limit" as a number near this. */
  private static final long NO_LIMIT = Long.MAX_VALUE / 2;

  static Container here() {
    return of(PROCESS, GROUPS);
  }

  /**
   * Total: where nothing can be read there is no limit.
   *
   * @param process which groups we are in, a line each
   * @param groups where groups are mounted
   */
  static Container of(Path process, Path groups) {
    String lines = text(process).orElse("");
    return new Container(
        tightest(lines, groups, "memory", Container::memory),
        tightest(lines, groups, "cpu", Container::cpus));
  }

  private static <T> Optional<T> tightest(
      String lines, Path groups, String controller, Function<Path, Optional<Limit<T>>> reader) {
    List<Limit<T>> found = new ArrayList<>();
    for (String line : lines.lines().toList()) {
      String[] parts = line.split(":", 3);
      if (parts.length < 3) {
        continue;
      }
      boolean isUnified = parts[1].isEmpty();
      boolean isOurs = List.of(parts[1].split(",", -1)).contains(controller);
      if (isUnified || isOurs) {
        Path root = isUnified ? groups : groups.resolve(controller);
        upwards(root, parts[2]).forEach(group -> reader.apply(group).ifPresent(found::add));
      }
    }
    return found.stream()
        .min(Comparator.comparingDouble(limit -> limit.height()))
        .map(limit -> limit.value());
  }

  /** The group itself and all above it; a container may see itself as the root. */
  private static List<Path> upwards(Path root, String group) {
    List<Path> all = new ArrayList<>();
    Path at = root.resolve(group.replaceFirst("^/+", "")).normalize();
    while (at != null && at.startsWith(root)) {
      all.add(at);
      at = at.getParent();
    }
    return all;
  }

  private record Limit<T>(double height, T value) {}

  private static Optional<Limit<Usage>> memory(Path group) {
    Optional<Long> most =
        number(group.resolve("memory.max"))
            .or(() -> number(group.resolve("memory.limit_in_bytes")))
            .filter(limit -> limit > 0 && limit < NO_LIMIT);
    Optional<Long> used =
        number(group.resolve("memory.current"))
            .or(() -> number(group.resolve("memory.usage_in_bytes")));
    long cached = cached(group);
    return most.flatMap(limit ->
        used.map(bytes ->
            new Limit<>(
                limit, new Usage(Math.max(0, bytes - cached), limit, Usage.Ceiling.CONTAINER))));
  }

  /** Files in memory that nobody used lately are given back before anybody is killed. */
  private static long cached(Path group) {
    return text(group.resolve("memory.stat")).stream()
        .flatMap(String::lines)
        .map(line -> line.split(" ", 2))
        .filter(pair -> pair.length == 2 && pair[0].matches("(total_)?inactive_file"))
        .flatMap(pair -> number(pair[1]).stream())
        .max(Long::compare)
        .orElse(0L);
  }

  private static Optional<Limit<Double>> cpus(Path group) {
    Optional<String[]> both =
        text(group.resolve("cpu.max")).map(line -> line.strip().split(" ", 2));
    Optional<Long> quota =
        both.flatMap(pair -> number(pair[0])).or(() -> number(group.resolve("cpu.cfs_quota_us")));
    Optional<Long> period =
        both.filter(pair -> pair.length == 2)
            .flatMap(pair -> number(pair[1]))
            .or(() -> number(group.resolve("cpu.cfs_period_us")));
    return quota
        .filter(time -> time > 0)
        .flatMap(time -> period.filter(of -> of > 0).map(of -> (double) time / of))
        .map(cpus -> new Limit<>(cpus, cpus));
  }

  private static Optional<Long> number(Path file) {
    return text(file).flatMap(Container::number);
  }

  private static Optional<Long> number(String text) {
    String digits = text.strip();
    return digits.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(digits)) : Optional.empty();
  }

  private static Optional<String> text(Path file) {
    try {
      return Files.isReadable(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException elsewhere) {
      return Optional.empty();
    }
  }
}
