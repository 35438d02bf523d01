package dev.metaops.look;

import dev.metaops.command.Conversation;
import dev.metaops.config.HealthSection;
import dev.metaops.health.Check;
import dev.metaops.health.Condition;
import dev.metaops.health.Diagnosis;
import dev.metaops.health.Vital;
import dev.metaops.machine.Load;
import dev.metaops.machine.ResourceReader;
import dev.metaops.machine.Resources;
import dev.metaops.machine.Usage;
import dev.metaops.time.Ages;
import dev.metaops.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What this machine has left, looked at once. */
public final class ResourcesLook implements Check.Question {
  public static final String COMPONENT = "resources";
  private static final long GIGABYTE = 1L << 30;

  private final Conversation conversation;

  ResourcesLook(Conversation conversation) {
    this.conversation = conversation;
  }

  @Override
  public Diagnosis ask(Deadline deadline) {
    return judge(
        ResourceReader.read(conversation.settings().environment().dataDirectory()),
        conversation.settings().health());
  }

  /** Pure. */
  static Diagnosis judge(Resources seen, HealthSection limits) {
    HealthSection.Percents most = limits.percents();
    List<Vital> vitals = new ArrayList<>();
    vitals.add(bytes("memory", seen.memory(), most.memory()));
    seen.disk().ifPresent(disk -> vitals.add(bytes("disk", disk, most.disk())));
    seen.load().ifPresent(load -> vitals.add(load(load, most.load())));
    seen.files().ifPresent(files -> vitals.add(files(files, most.files())));
    return of(vitals);
  }

  private static Diagnosis of(List<Vital> vitals) {
    Condition worst = vitals.stream().map(Vital::condition).reduce(Condition.UP, Condition::worse);
    return new Diagnosis(
        worst,
        worst == Condition.UP
            ? "this machine has enough left"
            : "this machine is short" + ProviderLook.wrongs(vitals),
        vitals,
        worst == Condition.UP ? Optional.empty() : Optional.of("metaops health resources"));
  }

  /**
   * The same with how far this machine's clock is from the orders database's.
   *
   * @param ahead empty when no database told its time
   */
  static Diagnosis with(Diagnosis seen, Optional<Duration> ahead, Duration most) {
    if (seen.vitals().isEmpty()) {
      return seen; // it could not be looked at, and that is what has to be said
    }
    List<Vital> vitals = new ArrayList<>(seen.vitals());
    if (ahead.isPresent()) {
      vitals.add(clock(ahead.get(), most));
      return of(vitals);
    }
    vitals.add(Vital.untold("clock", "no orders database told its time"));
    return new Diagnosis(seen.condition(), seen.sentence(), vitals, seen.next());
  }

  private static Vital clock(Duration ahead, Duration most) {
    Duration off = ahead.abs();
    return new Vital(
            "clock",
            off.toSeconds() == 0
                ? "under 1 s from the database's"
                : Ages.of(off) + (ahead.isNegative() ? " behind" : " ahead of") + " the database's",
            "up to " + Ages.of(most),
            off.compareTo(most) > 0 ? Condition.DEGRADED : Condition.UP)
        .gauged(off.toMillis(), most.toMillis());
  }

  private static Vital bytes(String name, Usage usage, int most) {
    return new Vital(
            name,
            String.format(
                Locale.ROOT,
                usage.of() < 100 * GIGABYTE ? "%d %% of %.1f GB%s" : "%d %% of %.0f GB%s",
                usage.percent(),
                (double) usage.of() / GIGABYTE,
                whose(usage.ceiling())),
            "up to " + most + " %",
            usage.percent() > most ? Condition.DEGRADED : Condition.UP)
        .gauged(usage.percent(), most);
  }

  private static Vital load(Load load, int most) {
    return new Vital(
            "load",
            String.format(
                Locale.ROOT,
                "%d %% of %s CPUs%s",
                load.percent(),
                load.cpus() == Math.rint(load.cpus())
                    ? Long.toString(Math.round(load.cpus()))
                    : String.format(Locale.ROOT, "%.1f", load.cpus()),
                whose(load.ceiling())),
            "up to " + most + " %",
            load.percent() > most ? Condition.DEGRADED : Condition.UP)
        .gauged(load.percent(), most);
  }

  private static Vital files(Usage files, int most) {
    return new Vital(
            "open files",
            files.percent() + " % of " + files.of() + whose(files.ceiling()),
            "up to " + most + " %",
            files.percent() > most ? Condition.DEGRADED : Condition.UP)
        .gauged(files.percent(), most);
  }

  private static String whose(Usage.Ceiling ceiling) {
    return switch (ceiling) {
      case MACHINE -> "";
      case CONTAINER -> " (the container's)";
      case PROCESS -> " (this process's)";
    };
  }
}
