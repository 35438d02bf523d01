package dev.metaops.command;

import dev.metaops.chain.Address;
import dev.metaops.config.Configuration;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.Endpoint;
import dev.metaops.config.EscrowSection;
import dev.metaops.config.Problem;
import dev.metaops.config.Settings;
import dev.metaops.escrow.EscrowView;
import dev.metaops.freeze.Standing;
import dev.metaops.health.Condition;
import dev.metaops.health.Result;
import dev.metaops.rpc.At;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
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
  private static final long GRACE_MILLIS = 200;

  private static final Duration MOST_SKEW = Duration.ofSeconds(5);

  /** What a look found. {@code next} is what to do, empty when nothing is. */
  private record Look(String subject, ExitCode verdict, String seen, String next) {}

  @Override
  public Answer to(DoctorCommand command, Conversation conversation) {
    Configuration configuration = conversation.configuration();
    Settings settings = configuration.settings();
    Deadline deadline = Reach.deadline(conversation).atMost(LONGEST_LOOK);
    List<FutureTask<Look>> looks = new ArrayList<>();
    start(looks, "doctor/disk", () -> directory(settings));
    start(looks, "doctor/escrow", () -> escrow(conversation, deadline));
    places(settings)
        .forEach(place -> start(looks, "doctor/" + place.subject(), () -> reach(place, deadline)));
    Examination examination =
        Examination.of(
            conversation,
            EnumSet.of(Examination.Part.DATABASE, Examination.Part.BLOCKCHAIN),
            deadline);
    List<Look> found = new ArrayList<>();
    found.add(java());
    found.addAll(configured(configuration));
    examination.report().results().forEach(result -> found.add(look(result)));
    examination
        .database()
        .flatMap(OrdersLook.Seen::clock)
        .ifPresent(clock -> found.add(clock(clock, conversation)));
    looks.forEach(look -> found.add(await(look, deadline)));
    found.add(freeze(conversation));
    ExitCode worst = found.stream().map(Look::verdict).reduce(ExitCode.FINE, ExitCode::worst);
    return Answer.of(worst, new Examined(found));
  }

  private static Look look(Result result) {
    String subject = result.component().equals(Examination.DATABASE) ? "orders" : "provider";
    String values =
        result.condition() == Condition.UP
            ? result.diagnosis().vitals().stream()
                .map(vital -> ", " + vital.name() + " " + vital.value())
                .collect(Collectors.joining())
            : "";
    return new Look(
        subject,
        HealthAnswers.exit(result.condition()),
        result.diagnosis().sentence() + values,
        result.condition() == Condition.UP
            ? ""
            : subject.equals("orders") ? "metaops health database" : "metaops health blockchain");
  }

  private static Look clock(Instant database, Conversation conversation) {
    Duration skew = Duration.between(database, conversation.ticker().now()).abs();
    String apart = "this machine and the orders database are " + skew.toSeconds() + " s apart";
    return skew.compareTo(MOST_SKEW) > 0
        ? new Look("clock", ExitCode.WARNING, apart, "synchronise the clocks (NTP)")
        : new Look("clock", ExitCode.FINE, apart, "");
  }

  /** Whether the configured address is a contract that answers as the registry does. */
  private static Look escrow(Conversation conversation, Deadline deadline) {
    Settings settings = conversation.settings();
    Optional<Provider> provider = Reach.provider(settings, conversation.ticker());
    if (provider.isEmpty() || settings.escrow().address().isEmpty()) {
      return new Look("escrow", ExitCode.FINE, "not looked at: not configured", "");
    }
    Address contract = new Address(settings.escrow().address().get());
    try {
      EscrowReach.escrows(settings);
      if (provider.get().code(contract, At.Tag.LATEST, deadline).length == 0) {
        return new Look(
            "escrow",
            ExitCode.CRITICAL,
            contract.text() + ": no contract at this address on this chain",
            "correct ESCROW_CONTRACT_ADDRESS or RPC_URL");
      }
      if (settings.escrow().profile() != EscrowSection.Profile.REGISTRY) {
        return new Look("escrow", ExitCode.FINE, contract.brief() + " is a contract", "");
      }
      byte[] answer =
          provider.get().call(contract, EscrowView.held(Address.ZERO), At.Tag.LATEST, deadline);
      return EscrowView.readHeld(answer)
          .map(held ->
              new Look(
                  "escrow",
                  ExitCode.FINE,
                  contract.brief()
                      + " answers as the registry, holds "
                      + new Amounts(settings).of(held, Address.ZERO),
                  ""))
          .orElseGet(() -> notTheRegistry(contract));
    } catch (RpcUnavailable unavailable) {
      return unavailable.failure() instanceof RpcFailure.Reverted
          ? notTheRegistry(contract)
          : new Look(
              "escrow",
              ExitCode.CRITICAL,
              "could not look: " + unavailable.endpoint() + ": " + unavailable.failure().sentence(),
              "metaops health blockchain");
    } catch (Misconfigured unusable) {
      return new Look(
          "escrow", ExitCode.CRITICAL, String.valueOf(unusable.getMessage()), "correct escrow.abi");
    }
  }

  private static Look notTheRegistry(Address contract) {
    return new Look(
        "escrow",
        ExitCode.CRITICAL,
        contract.text() + ": does not answer as the registry",
        "correct ESCROW_CONTRACT_ADDRESS");
  }

  private static Look freeze(Conversation conversation) {
    return switch (Reach.localFreeze(conversation).standing()) {
      case Standing.Free _ -> new Look("journal", ExitCode.FINE, "nothing waits in it", "");
      case Standing.Frozen(String actor, String reason, _) ->
          new Look(
              "journal",
              ExitCode.WARNING,
              "a freeze by " + actor + " (" + reason + ") is not in the orders database yet",
              "metaops freeze");
      case Standing.Unreadable(String why) ->
          new Look("journal", ExitCode.CRITICAL, why, "set METAOPS_DATA_DIR");
    };
  }

  private static void start(List<FutureTask<Look>> looks, String name, Callable<Look> look) {
    FutureTask<Look> task = new FutureTask<>(look);
    Thread.ofVirtual().name(name).start(task);
    looks.add(task);
  }

  private static Look await(FutureTask<Look> look, Deadline deadline) {
    try {
      return look.get(deadline.remainingMillis() + GRACE_MILLIS, TimeUnit.MILLISECONDS);
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
    boolean isCached =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .anyMatch(argument -> argument.startsWith("-XX:AOTCache="));
    return new Look(
        "java",
        ExitCode.FINE,
        Runtime.version() + (isCached ? ", from an AOT cache" : ", without an AOT cache"),
        isCached ? "" : "start through ./metaops: it makes one");
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

  /** A host and port that no other look speaks with. */
  private record Place(String subject, String shown, String host, int port) {}

  private static List<Place> places(Settings settings) {
    List<Place> places = new ArrayList<>();
    settings.ops().url().ifPresent(url -> places.add(place("ops store", url)));
    settings.chain().webSocket().ifPresent(hints -> places.add(place("web socket", hints)));
    return places;
  }

  private static Place place(String subject, DatabaseUrl url) {
    return new Place(subject, url.place(), url.host(), url.port());
  }

  private static Place place(String subject, Endpoint endpoint) {
    return new Place(subject, endpoint.place(), endpoint.host(), endpoint.port());
  }

  /** Whether anything listens there at all. */
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
