package dev.metaops.command;

import dev.metaops.config.Configuration;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.Endpoint;
import dev.metaops.config.OrdersDoor;
import dev.metaops.config.Problem;
import dev.metaops.config.Settings;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers {@code doctor}: looks at this machine and at what the configuration points to. */
public final class DoctorAnswers implements Answers<DoctorCommand> {
  private static final long LEAST_FREE_BYTES = 1L << 30;
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(3);

  /** What a look found. {@code next} is what to do, empty when nothing is. */
  private record Look(String subject, ExitCode verdict, String seen, String next) {}

  @Override
  public Answer to(DoctorCommand command, Conversation conversation) {
    Configuration configuration = conversation.configuration();
    Deadline deadline =
        Deadline.in(conversation.shared().patience(), conversation.ticker()).atMost(LONGEST_LOOK);
    List<FutureTask<Look>> looks = new ArrayList<>();
    start(looks, "doctor/disk", () -> directory(configuration.settings()));
    places(configuration.settings())
        .forEach(place -> start(looks, "doctor/" + place.subject(), () -> reach(place, deadline)));
    List<Look> found = new ArrayList<>();
    found.add(java());
    found.addAll(configured(configuration));
    looks.forEach(look -> found.add(await(look, deadline)));
    ExitCode worst = found.stream().map(Look::verdict).reduce(ExitCode.FINE, ExitCode::worst);
    return Answer.of(worst, new Examined(found));
  }

  private static void start(List<FutureTask<Look>> looks, String name, Callable<Look> look) {
    FutureTask<Look> task = new FutureTask<>(look);
    Thread.ofVirtual().name(name).start(task);
    looks.add(task);
  }

  private static Look await(FutureTask<Look> look, Deadline deadline) {
    try {
      return look.get(deadline.remainingMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return new Look("a look", ExitCode.CRITICAL, "no answer in time", "see the lines above");
    } catch (ExecutionException failed) {
      return new Look(
          "a look", ExitCode.CRITICAL, String.valueOf(failed.getCause()), "report this");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Look("a look", ExitCode.COULD_NOT, "interrupted", "start doctor again");
    }
  }

  private static Look java() {
    return new Look("java", ExitCode.FINE, Runtime.version().toString(), "");
  }

  private static List<Look> configured(Configuration configuration) {
    List<Look> looks = new ArrayList<>();
    for (Problem problem : configuration.problems()) {
      looks.add(
          new Look("configuration", ExitCode.CRITICAL, problem.sentence(), "metaops config show"));
    }
    Optional<String> missing = Need.ORDERS_AND_CHAIN.missingFrom(configuration.settings());
    missing.ifPresent(
        sentence -> looks.add(new Look("configuration", ExitCode.COULD_NOT, sentence, "")));
    if (looks.isEmpty()) {
      looks.add(new Look("configuration", ExitCode.FINE, "every value can be read", ""));
    }
    return looks;
  }

  private static Look directory(Settings settings) {
    Path directory = settings.environment().dataDirectory();
    Path standing = directory;
    while (!Files.exists(standing) && standing.getParent() != null) {
      standing = standing.getParent();
    }
    if (!Files.isDirectory(standing) || !Files.isWritable(standing)) {
      return new Look(
          "data directory",
          ExitCode.CRITICAL,
          directory + " cannot be written",
          "set METAOPS_DATA_DIR to a directory of yours");
    }
    try {
      long free = Files.getFileStore(standing).getUsableSpace();
      String seen = directory + ", " + (free >> 20) + " MiB free";
      return free < LEAST_FREE_BYTES
          ? new Look("data directory", ExitCode.WARNING, seen, "free at least 1024 MiB")
          : new Look("data directory", ExitCode.FINE, seen, "");
    } catch (IOException unreadable) {
      return new Look(
          "data directory", ExitCode.WARNING, directory + ": " + unreadable.getMessage(), "");
    }
  }

  /** A host and port something configured points to. */
  private record Place(String subject, String shown, String host, int port) {}

  private static List<Place> places(Settings settings) {
    List<Place> places = new ArrayList<>();
    settings.orders().door().ifPresent(door -> places.add(place(door)));
    settings.ops().url().ifPresent(url -> places.add(place("ops store", url)));
    for (Endpoint provider : settings.chain().providers()) {
      places.add(place("provider", provider));
    }
    settings.chain().webSocket().ifPresent(hints -> places.add(place("web socket", hints)));
    return places;
  }

  private static Place place(OrdersDoor door) {
    return switch (door) {
      case OrdersDoor.Sql(DatabaseUrl url) -> place("orders", url);
      case OrdersDoor.Rest rest ->
          new Place(
              "orders",
              rest.place(),
              rest.url().getHost(),
              rest.url().getPort() < 0 ? 443 : rest.url().getPort());
    };
  }

  private static Place place(String subject, DatabaseUrl url) {
    return new Place(subject, url.place(), url.host(), url.port());
  }

  private static Place place(String subject, Endpoint endpoint) {
    return new Place(subject, endpoint.place(), endpoint.host(), endpoint.port());
  }

  /** Whether anything listens there at all; what it says is the health checks' question. */
  private static Look reach(Place place, Deadline deadline) {
    try (Socket socket = new Socket()) {
      InetSocketAddress address = new InetSocketAddress(place.host(), place.port());
      if (address.isUnresolved()) {
        return new Look(
            place.subject(),
            ExitCode.CRITICAL,
            place.shown() + ": no such host",
            "check the name and this machine's DNS");
      }
      socket.connect(address, deadline.remainingMillis());
      return new Look(place.subject(), ExitCode.FINE, place.shown() + " answers", "");
    } catch (IOException refused) {
      return new Look(
          place.subject(),
          ExitCode.CRITICAL,
          place.shown() + ": " + refused.getMessage(),
          "start it, or correct the address (metaops config show)");
    }
  }

  private record Examined(List<Look> looks) implements Picture {
    @Override
    public String shape() {
      return "doctor/1";
    }

    @Override
    public void drawText(Page page) {
      Table table = new Table().column("").column("").column("").column("");
      for (Look look : looks) {
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
      for (Look look : looks) {
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
