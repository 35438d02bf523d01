package dev.metaops.process;

import dev.metaops.command.Answer;
import dev.metaops.command.ExitCode;
import dev.metaops.command.ServicesCommand;
import dev.metaops.config.ServicesSection.Driver;
import dev.metaops.look.ServicesLook;
import dev.metaops.page.Clock;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import dev.metaops.services.Discovery;
import dev.metaops.services.Door;
import dev.metaops.services.Look;
import dev.metaops.services.Outcome;
import dev.metaops.services.Services;
import dev.metaops.services.Sighting;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code services} draws. */
final class ServicesScreens {
  private static final String NONE = "-";

  private ServicesScreens() {}

  static Answer status(List<Look> looks, Instant now) {
    ExitCode exit =
        looks.stream().map(look -> exit(look.standing())).reduce(ExitCode.FINE, ExitCode::worst);
    return Answer.of(exit, new Status(looks, now));
  }

  private static ExitCode exit(Look.Standing standing) {
    return switch (standing) {
      case READY -> ExitCode.FINE;
      case NOT_READY, STOPPED -> ExitCode.CRITICAL;
      case UNKNOWN -> ExitCode.COULD_NOT;
    };
  }

  static Ink ink(Look.Standing standing) {
    return switch (standing) {
      case READY -> Ink.GOOD;
      case NOT_READY -> Ink.WARNING;
      case STOPPED, UNKNOWN -> Ink.BAD;
    };
  }

  static String word(Driver driver) {
    return driver.name().toLowerCase(Locale.ROOT);
  }

  private static String number(OptionalLong number) {
    return number.isPresent() ? Long.toString(number.getAsLong()) : NONE;
  }

  private record Status(List<Look> looks, Instant now) implements Picture {
    @Override
    public String shape() {
      return "services-status/1";
    }

    @Override
    public void drawText(Page page) {
      var table =
          new Table()
              .column("service")
              .column("state")
              .column("by")
              .column("pid", Table.Side.RIGHT)
              .column("since")
              .column("restarts", Table.Side.RIGHT)
              .column("ports")
              .column("ready");
      looks.forEach(look -> table.row(row(look)));
      page.table(table);
      ServicesLook.next(looks)
          .filter(command -> !command.equals(ServicesLook.STATUS))
          .ifPresent(command -> page.line(Ink.STRONG, "next: " + command));
    }

    private List<Table.Cell> row(Look look) {
      Optional<Sighting.Running> running =
          look.sighting() instanceof Sighting.Running found ? Optional.of(found) : Optional.empty();
      return List.of(
          Table.Cell.of(look.service().name()),
          Table.Cell.of(ink(look.standing()), look.sighting().text()),
          Table.Cell.of(Ink.FAINT, word(look.service().driver())),
          Table.Cell.of(running.map(found -> number(found.pid())).orElse(NONE)),
          Table.Cell.of(
              running
                  .flatMap(Sighting.Running::since)
                  .map(since -> Clock.since(since, now))
                  .orElse(NONE)),
          Table.Cell.of(running.map(found -> number(found.restarts())).orElse(NONE)),
          Table.Cell.of(
              look.doors().isEmpty()
                  ? NONE
                  : look.doors().stream().map(Door::text).collect(Collectors.joining(", "))),
          running.isEmpty()
              ? Table.Cell.of(NONE)
              : Table.Cell.of(ink(look.standing()), ServicesLook.ready(look.readiness())));
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("at", now.toString());
      ArrayNode services = into.putArray("services");
      looks.forEach(look -> draw(services.addObject(), look));
      ServicesLook.next(looks).ifPresent(command -> into.put("next", command));
    }

    private static void draw(ObjectNode into, Look look) {
      into.put("service", look.service().name())
          .put("driver", word(look.service().driver()))
          .put("standing", look.standing().name())
          .put("state", look.sighting().text())
          .put("ready", ServicesLook.ready(look.readiness()));
      if (look.sighting() instanceof Sighting.Running running) {
        running.pid().ifPresent(pid -> into.put("pid", pid));
        running.since().ifPresent(since -> into.put("since", since.toString()));
        running.restarts().ifPresent(restarts -> into.put("restarts", restarts));
      }
      ArrayNode ports = into.putArray("ports");
      for (Door door : look.doors()) {
        ObjectNode json = ports.addObject().put("port", door.port());
        switch (door) {
          case Door.Free _ -> json.put("held_by", "nobody");
          case Door.Own(int _, String holder) -> json.put("held_by", "itself").put("who", holder);
          case Door.Anothers(int _, String holder) ->
              json.put("held_by", "a stranger").put("who", holder);
          case Door.Untold(int _, String why) -> json.put("held_by", "untold").put("who", why);
        }
      }
    }
  }

  static Answer planned(ServicesCommand.Undertake command, List<Services.Planned> steps) {
    return Answer.of(ExitCode.FINE, new Planned(command, steps));
  }

  private record Planned(ServicesCommand.Undertake command, List<Services.Planned> steps)
      implements Picture {
    @Override
    public String shape() {
      return "services-plan/1";
    }

    @Override
    public void drawText(Page page) {
      page.line("dry run: nothing is touched; " + command.name() + " would, in this order,");
      var table = new Table().column("").column("").column("pid", Table.Side.RIGHT).column("now");
      for (Services.Planned step : steps) {
        table.row(step.verb().word(), step.service().name(), number(step.pid()), step.state());
      }
      page.table(table);
    }

    @Override
    public void drawJson(ObjectNode into) {
      ArrayNode all = into.putArray("steps");
      for (Services.Planned step : steps) {
        ObjectNode json =
            all.addObject()
                .put("verb", step.verb().word())
                .put("service", step.service().name())
                .put("state", step.state());
        step.pid().ifPresent(pid -> json.put("pid", pid));
      }
    }
  }

  static Answer undertaken(
      ServicesCommand.Undertake command,
      List<Outcome> outcomes,
      String where,
      Recording recording,
      Optional<Answer> health,
      List<String> notes) {
    ExitCode exit =
        outcomes.stream().allMatch(outcome -> outcome.ending().isWell())
            ? ExitCode.FINE
            : ExitCode.COULD_NOT;
    boolean isUnwell =
        recording == Recording.FAILED
            || health.filter(answer -> answer.exit() != ExitCode.FINE).isPresent();
    return new Answer(
        isUnwell ? exit.worst(ExitCode.WARNING) : exit,
        new Undertaken(command, outcomes, where, recording, health),
        notes);
  }

  /** Whether what was done is written down anywhere. */
  enum Recording {
    DONE,
    FAILED
  }

  private record Undertaken(
      ServicesCommand.Undertake command,
      List<Outcome> outcomes,
      String where,
      Recording recording,
      Optional<Answer> health)
      implements Picture {
    @Override
    public String shape() {
      return "services-done/1";
    }

    private long well() {
      return outcomes.stream().filter(outcome -> outcome.ending().isWell()).count();
    }

    private String sentence() {
      return command.name()
          + ": "
          + well()
          + " of "
          + outcomes.size()
          + (well() == outcomes.size() ? ", all is done" : " done, see the others below");
    }

    @Override
    public void drawText(Page page) {
      page.line(well() == outcomes.size() ? Ink.GOOD : Ink.BAD, sentence());
      var table =
          new Table()
              .column("service")
              .column("")
              .column("pid before", Table.Side.RIGHT)
              .column("pid now", Table.Side.RIGHT)
              .column("took", Table.Side.RIGHT)
              .column("");
      for (Outcome outcome : outcomes) {
        table.row(
            List.of(
                Table.Cell.of(outcome.service()),
                Table.Cell.of(
                    outcome.ending().isWell() ? Ink.GOOD : Ink.BAD, outcome.ending().word()),
                Table.Cell.of(number(outcome.before())),
                Table.Cell.of(number(outcome.after())),
                Table.Cell.of(
                    Ink.FAINT,
                    String.format(Locale.ROOT, "%.1f s", outcome.took().toMillis() / 1000.0)),
                Table.Cell.of(outcome.sentence())));
      }
      page.table(table);
      page.line(recording == Recording.FAILED ? Ink.BAD : Ink.FAINT, where);
      health.ifPresent(answer -> {
        page.blank();
        answer.picture().drawText(page);
      });
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("verb", command.verb().word()).put("sentence", sentence()).put("recorded", where);
      ArrayNode all = into.putArray("services");
      for (Outcome outcome : outcomes) {
        ObjectNode json =
            all.addObject()
                .put("service", outcome.service())
                .put("outcome", outcome.ending().name())
                .put("sentence", outcome.sentence())
                .put("took_ms", outcome.took().toMillis());
        outcome.before().ifPresent(pid -> json.put("pid_before", pid));
        outcome.after().ifPresent(pid -> json.put("pid", pid));
      }
      health.ifPresent(answer -> answer.picture().drawJson(into.putObject("health")));
    }
  }

  static Answer logs(ServicesCommand.Logs command, List<String> lines) {
    return Answer.of(ExitCode.FINE, new Lines(command.service(), lines));
  }

  private record Lines(String service, List<String> lines) implements Picture {
    @Override
    public String shape() {
      return "services-logs/1";
    }

    @Override
    public void drawText(Page page) {
      lines.forEach(page::line);
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("service", service);
      ArrayNode all = into.putArray("lines");
      lines.forEach(all::add);
    }
  }

  static Answer discovered(Discovery.Seen seen) {
    return new Answer(
        seen.found().isEmpty() ? ExitCode.WARNING : ExitCode.FINE,
        new Discovered(seen),
        seen.silent());
  }

  private record Discovered(Discovery.Seen seen) implements Picture {
    @Override
    public String shape() {
      return "services-discover/1";
    }

    /** A table each; a service that sounds like a listener is proposed as the listener once. */
    private String toml() {
      StringBuilder text = new StringBuilder();
      boolean hasListener = false;
      for (Discovery.Found found : seen.found()) {
        boolean isListener = !hasListener && found.name().contains("listener");
        hasListener |= isListener;
        text.append("# ").append(word(found.driver())).append(" says: ");
        text.append(Page.printable(found.state())).append('\n');
        text.append("[services.").append(found.name()).append("]\n");
        text.append("driver = \"").append(word(found.driver())).append("\"\n");
        if (!found.called().equals(found.name())) {
          text.append("name = ").append(quoted(found.called())).append('\n');
        }
        if (!found.ports().isEmpty()) {
          text.append("ports = ").append(found.ports()).append('\n');
          text.append("ready = \"tcp:").append(found.ports().getFirst()).append("\"\n");
        }
        text.append(isListener ? "role = \"listener\"\n" : "");
        text.append("# depends-on = [\"…\"]\n\n");
      }
      return text.toString();
    }

    private static String quoted(String text) {
      return '"' + Page.printable(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    @Override
    public void drawText(Page page) {
      if (seen.found().isEmpty()) {
        page.line(Ink.WARNING, "# nothing was found that pm2, systemd or docker runs here");
      }
      toml().lines().forEach(page::line);
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("toml", toml());
      ArrayNode all = into.putArray("services");
      for (Discovery.Found found : seen.found()) {
        ObjectNode json =
            all.addObject()
                .put("service", found.name())
                .put("driver", word(found.driver()))
                .put("name", found.called())
                .put("state", found.state());
        ArrayNode ports = json.putArray("ports");
        found.ports().forEach(ports::add);
      }
      ArrayNode silent = into.putArray("silent");
      seen.silent().forEach(silent::add);
    }
  }
}
