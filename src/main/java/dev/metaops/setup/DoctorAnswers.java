package dev.metaops.setup;

import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.Conversation;
import dev.metaops.command.DoctorCommand;
import dev.metaops.command.ExitCode;
import dev.metaops.command.Need;
import dev.metaops.config.Configuration;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.Endpoint;
import dev.metaops.config.Problem;
import dev.metaops.config.Settings;
import dev.metaops.freeze.Standing;
import dev.metaops.health.Condition;
import dev.metaops.health.Result;
import dev.metaops.look.Examination;
import dev.metaops.look.HealthDrawing;
import dev.metaops.look.OrdersLook;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import dev.metaops.reach.Reach;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers {@code doctor}: looks at this machine and at what the configuration points to. */
public final class DoctorAnswers implements Answers<DoctorCommand> {
  private static final long LEAST_FREE_BYTES = 1L << 30;
  private static final Duration LONGEST_LOOK = Duration.ofMillis(2_500);

  /** What keeps its deadline still needs a moment to say so. */
  private static final Duration GRACE = Duration.ofMillis(200);

  private static final Duration MOST_SKEW = Duration.ofSeconds(5);

  @Override
  public Answer to(DoctorCommand command, Conversation conversation) {
    Configuration configuration = conversation.configuration();
    Settings settings = configuration.settings();
    Deadline deadline = Reach.deadline(conversation).atMost(LONGEST_LOOK);
    Deadline last = Deadline.in(deadline.remaining().plus(GRACE), conversation.ticker());
    List<Begun> looks = new ArrayList<>();
    start(looks, "disk", () -> List.of(directory(settings)));
    start(looks, "orders", () -> new DoctorOrders(conversation, deadline).looks());
    start(looks, "escrow", () -> new DoctorContract(conversation, deadline).looks());
    start(looks, "following", () -> new DoctorFollowing(conversation, deadline).looks());
    places(settings)
        .forEach(place -> start(looks, place.subject(), () -> List.of(reach(place, deadline))));
    Examination examination =
        Examination.of(
            conversation,
            EnumSet.of(Examination.Part.DATABASE, Examination.Part.BLOCKCHAIN),
            deadline);
    List<DoctorLook> found = new ArrayList<>();
    found.add(java());
    found.addAll(configured(configuration));
    examination.report().results().forEach(result -> found.add(look(result)));
    examination
        .database()
        .flatMap(OrdersLook.Seen::clock)
        .ifPresent(clock -> found.add(clock(clock, conversation)));
    looks.forEach(look -> found.addAll(await(look, last)));
    found.add(freeze(conversation));
    ExitCode worst = found.stream().map(DoctorLook::verdict).reduce(ExitCode.FINE, ExitCode::worst);
    return Answer.of(worst, new Examined(found));
  }

  private static DoctorLook look(Result result) {
    String subject = result.component().equals(Examination.DATABASE) ? "orders" : "provider";
    String values =
        result.condition() == Condition.UP
            ? result.diagnosis().vitals().stream()
                .map(vital -> ", " + vital.name() + " " + vital.value())
                .collect(Collectors.joining())
            : "";
    return new DoctorLook(
        subject,
        HealthDrawing.exit(result.condition()),
        result.diagnosis().sentence() + values,
        result.condition() == Condition.UP
            ? ""
            : subject.equals("orders") ? "metaops health database" : "metaops health blockchain");
  }

  private static DoctorLook clock(Instant database, Conversation conversation) {
    Duration skew = Duration.between(database, conversation.ticker().now()).abs();
    String apart = "this machine and the orders database are " + skew.toSeconds() + " s apart";
    return skew.compareTo(MOST_SKEW) > 0
        ? new DoctorLook("clock", ExitCode.WARNING, apart, "synchronise the clocks (NTP)")
        : new DoctorLook("clock", ExitCode.FINE, apart, "");
  }

  private static DoctorLook freeze(Conversation conversation) {
    return switch (Reach.localFreeze(conversation).standing()) {
      case Standing.Free _ -> new DoctorLook("journal", ExitCode.FINE, "nothing waits in it", "");
      case Standing.Frozen(String actor, String reason, _) ->
          new DoctorLook(
              "journal",
              ExitCode.WARNING,
              "a freeze by " + actor + " (" + reason + ") is not in the orders database yet",
              "metaops freeze");
      case Standing.Unreadable(String why) ->
          new DoctorLook("journal", ExitCode.CRITICAL, why, "set METAOPS_DATA_DIR");
    };
  }

  /** A look under way. */
  private record Begun(String subject, FutureTask<List<DoctorLook>> task) {}

  private static void start(List<Begun> looks, String subject, Callable<List<DoctorLook>> look) {
    FutureTask<List<DoctorLook>> task = new FutureTask<>(look);
    Thread.ofVirtual().name("doctor/" + subject).start(task);
    looks.add(new Begun(subject, task));
  }

  private static List<DoctorLook> await(Begun look, Deadline last) {
    try {
      return look.task().get(last.remainingMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return List.of(
          new DoctorLook(
              look.subject(), ExitCode.CRITICAL, "no answer in time", "metaops connections test"));
    } catch (ExecutionException failed) {
      return List.of(
          new DoctorLook(
              look.subject(), ExitCode.CRITICAL, String.valueOf(failed.getCause()), "report this"));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return List.of(
          new DoctorLook(look.subject(), ExitCode.COULD_NOT, "interrupted", "start doctor again"));
    }
  }

  private static DoctorLook java() {
    boolean isCached =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .anyMatch(argument -> argument.startsWith("-XX:AOTCache="));
    return new DoctorLook(
        "java",
        ExitCode.FINE,
        Runtime.version() + (isCached ? ", from an AOT cache" : ", without an AOT cache"),
        isCached ? "" : "start through ./metaops: it makes one");
  }

  private static List<DoctorLook> configured(Configuration configuration) {
    List<DoctorLook> looks = new ArrayList<>();
    for (Problem problem : configuration.problems()) {
      looks.add(
          new DoctorLook(
              "configuration", ExitCode.CRITICAL, problem.sentence(), "metaops config show"));
    }
    Optional<String> missing = Need.ORDERS_AND_CHAIN.missingFrom(configuration.settings());
    missing.ifPresent(
        sentence -> looks.add(new DoctorLook("configuration", ExitCode.COULD_NOT, sentence, "")));
    if (looks.isEmpty()) {
      looks.add(new DoctorLook("configuration", ExitCode.FINE, "every value can be read", ""));
    }
    return looks;
  }

  private static DoctorLook directory(Settings settings) {
    Path directory = settings.environment().dataDirectory();
    Path standing = directory;
    while (!Files.exists(standing) && standing.getParent() != null) {
      standing = standing.getParent();
    }
    if (!Files.isDirectory(standing) || !Files.isWritable(standing)) {
      return new DoctorLook(
          "data directory",
          ExitCode.CRITICAL,
          directory + " cannot be written",
          "set METAOPS_DATA_DIR to a directory of yours");
    }
    try {
      long free = Files.getFileStore(standing).getUsableSpace();
      String seen = directory + ", " + (free >> 20) + " MiB free";
      return free < LEAST_FREE_BYTES
          ? new DoctorLook("data directory", ExitCode.WARNING, seen, "free at least 1024 MiB")
          : new DoctorLook("data directory", ExitCode.FINE, seen, "");
    } catch (IOException unreadable) {
      return new DoctorLook(
          "data directory", ExitCode.WARNING, directory + ": " + unreadable.getMessage(), "");
    }
  }

  /** A host and port that no other look speaks with. */
  private record Place(String subject, String shown, String host, int port) {}

  private static List<Place> places(Settings settings) {
    List<Place> places = new ArrayList<>();
    settings.ops().url().ifPresent(url -> places.add(place("ops store", url)));
    settings.chain().webSocket().ifPresent(hints -> places.add(place("web socket", hints)));
    settings
        .frontend()
        .all()
        .forEach(front -> places.add(place("frontend " + front.name(), front.url())));
    return places;
  }

  private static Place place(String subject, DatabaseUrl url) {
    return new Place(subject, url.place(), url.host(), url.port());
  }

  private static Place place(String subject, Endpoint endpoint) {
    return new Place(subject, endpoint.place(), endpoint.host(), endpoint.port());
  }

  /** Whether anything listens there at all. */
  private static DoctorLook reach(Place place, Deadline deadline) {
    try (Socket socket = new Socket()) {
      InetSocketAddress address = new InetSocketAddress(place.host(), place.port());
      if (address.isUnresolved()) {
        return new DoctorLook(
            place.subject(),
            ExitCode.CRITICAL,
            place.shown() + ": no such host",
            "check the name and this machine's DNS");
      }
      socket.connect(address, deadline.remainingMillis());
      return new DoctorLook(place.subject(), ExitCode.FINE, place.shown() + " answers", "");
    } catch (IOException refused) {
      return new DoctorLook(
          place.subject(),
          ExitCode.CRITICAL,
          place.shown() + ": " + refused.getMessage(),
          "start it, or correct the address (metaops config show)");
    }
  }

  private record Examined(List<DoctorLook> looks) implements Picture {
    @Override
    public String shape() {
      return "doctor/1";
    }

    @Override
    public void drawText(Page page) {
      Table table = new Table().column("").column("").column("").column("");
      for (DoctorLook look : looks) {
        table.row(
            List.of(
                mark(look.verdict()),
                Table.Cell.of(look.subject()),
                Table.Cell.of(look.seen()),
                Table.Cell.of(Ink.STRONG, look.next())));
      }
      page.table(table);
    }

    private static Table.Cell mark(ExitCode verdict) {
      return switch (verdict) {
        case FINE -> Table.Cell.of(Ink.GOOD, "ok");
        case WARNING -> Table.Cell.of(Ink.WARNING, "warning");
        case CRITICAL -> Table.Cell.of(Ink.BAD, "wrong");
        case COULD_NOT, REFUSED, WORLD_CHANGED, USAGE -> Table.Cell.of(Ink.WARNING, "missing");
      };
    }

    @Override
    public void drawJson(ObjectNode into) {
      ArrayNode array = into.putArray("looks");
      for (DoctorLook look : looks) {
        array
            .addObject()
            .put("subject", look.subject())
            .put("verdict", look.verdict().name())
            .put("seen", look.seen())
            .put("next", look.next());
      }
    }
  }
}
