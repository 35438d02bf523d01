package dev.metaops.events;

import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Log;
import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.config.Endpoint;
import dev.metaops.config.Settings;
import dev.metaops.connection.HeadsTarget;
import dev.metaops.connection.Hop;
import dev.metaops.connection.Outcome;
import dev.metaops.connection.Roots;
import dev.metaops.connection.Step;
import dev.metaops.connection.Walk;
import dev.metaops.escrow.Decoded;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.health.Condition;
import dev.metaops.health.Vital;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.HolderSight;
import dev.metaops.listen.ListenerState;
import dev.metaops.look.HealthDrawing;
import dev.metaops.look.ListenerWords;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.EscrowReach;
import dev.metaops.reach.Reach;
import dev.metaops.reconcile.Registry;
import dev.metaops.rpc.LogFilter;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Ages;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether a listener could hear what it has to, tried from this process: new heads, the escrow's
 * events, their decoding, and whether the real listener's cursor follows. Reads only.
 */
final class ListenerTrial {
  /** Most providers allow 2,000 blocks a question, or more. */
  private static final long BLOCKS = 1_000;

  private static final Duration BETWEEN_POLLS = Duration.ofMillis(250);

  private final Conversation conversation;
  private final Settings settings;
  private final Deadline deadline;
  private final List<Vital> vitals = new ArrayList<>();

  private ListenerTrial(Conversation conversation) {
    this.conversation = conversation;
    this.settings = conversation.settings();
    this.deadline = Reach.beforeDrawing(conversation);
  }

  static Answer of(Conversation conversation) {
    return new ListenerTrial(conversation).answer();
  }

  private Answer answer() {
    Optional<Walk.Under> socket = settings.chain().webSocket().map(endpoint -> listening(endpoint));
    Ledger before = ledger();
    Optional<Provider> provider = usableProvider();
    Optional<ChainHead> head = provider.flatMap(this::events);
    List<Vital> all =
        new ArrayList<>(
            socket
                .map(under -> under.traced().steps().stream().map(this::vital).toList())
                .orElseGet(() -> List.of(polled(provider, head))));
    all.addAll(vitals);
    all.add(cursor(before));
    Condition worst = all.stream().map(Vital::condition).reduce(Condition.UP, Condition::worse);
    return Answer.of(
        HealthDrawing.exit(worst),
        new Screen(
            all,
            worst,
            socket.isPresent() ? "web-socket" : "polling",
            conversation.ticker().now()));
  }

  // ----------------------------------------------------------------------------------------- heads

  private Walk.Under listening(Endpoint endpoint) {
    return new Walk(conversation.ticker())
        .start(
            new HeadsTarget(
                endpoint,
                settings.chain().expectedChainId(),
                new Roots.OfJava(),
                conversation.ticker()),
            deadline);
  }

  private Vital vital(Step step) {
    Outcome outcome = step.outcome();
    return new Vital(
        "web socket " + step.hop().word(),
        outcome.seen()
            + (outcome instanceof Outcome.Failed ? "" : ", " + step.took().toMillis() + " ms")
            + (outcome.next().isEmpty() ? "" : " (" + outcome.next() + ")"),
        expected(step.hop()),
        switch (outcome.gravity()) {
          case WELL -> Condition.UP;
          case WARNING, ALARMING -> Condition.DEGRADED;
          case DOWN -> Condition.DOWN;
        });
  }

  private String expected(Hop hop) {
    return switch (hop) {
      case DNS -> "its name resolves";
      case TCP -> "it takes a connection";
      case TLS -> "a valid certificate";
      case HANDSHAKE -> "it opens";
      case REQUEST ->
          settings
              .chain()
              .expectedChainId()
              .map(id -> "chain " + id)
              .orElse("eth_chainId answered");
      case SUBSCRIPTION -> "eth_subscribe answered";
      case FIRST_HEAD -> "a head within " + allowed();
      case INSTANCE, AUTHENTICATION -> "";
    };
  }

  private String allowed() {
    return String.format(Locale.ROOT, "%.1f s", Reach.allowed(conversation).toMillis() / 1000.0);
  }

  private Duration patience() {
    return conversation.shared().patience();
  }

  /** Without a WebSocket the head is asked for until it moves. */
  private Vital polled(Optional<Provider> provider, Optional<ChainHead> first) {
    if (provider.isEmpty() || first.isEmpty()) {
      return poll("not tried: no provider answers", Condition.DOWN);
    }
    long from = first.get().latest().number();
    try {
      while (deadline.remaining().compareTo(BETWEEN_POLLS) > 0) {
        long now = provider.get().head(deadline).latest().number();
        if (now > from) {
          return poll("block " + from + ", then " + now, Condition.UP);
        }
        conversation.ticker().rest(BETWEEN_POLLS);
      }
      return poll("still block " + from, Condition.DEGRADED);
    } catch (RpcUnavailable unavailable) {
      return poll(unavailable.failure().sentence(), Condition.DOWN);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return poll("not tried to the end", Condition.UNKNOWN);
    }
  }

  private Vital poll(String value, Condition condition) {
    return new Vital("polling for heads", value, "a new block within " + allowed(), condition);
  }

  // ---------------------------------------------------------------------------------------- events

  private Optional<Provider> usableProvider() {
    Provider provider = Reach.provider(settings, conversation.ticker()).orElseThrow();
    String expected =
        settings.chain().expectedChainId().map(id -> "chain " + id).orElse("it answers");
    try {
      long id = provider.chainId(share());
      boolean isWrong = settings.chain().expectedChainId().map(want -> want != id).orElse(false);
      vitals.add(
          new Vital("provider", "chain " + id, expected, isWrong ? Condition.DOWN : Condition.UP));
      return isWrong ? Optional.empty() : Optional.of(provider);
    } catch (RpcUnavailable unavailable) {
      vitals.add(
          new Vital(
              "provider",
              settings.chain().providers().getFirst().place()
                  + ": "
                  + unavailable.failure().sentence(),
              expected,
              Condition.DOWN));
      return Optional.empty();
    }
  }

  private Deadline share() {
    return deadline.atMost(patience().dividedBy(2));
  }

  private Optional<ChainHead> events(Provider provider) {
    Registry registry = Reach.registry(settings, Optional.empty()).orElseThrow();
    String expected = "eth_getLogs answered";
    try {
      ChainHead head = provider.head(share());
      long to = head.latest().number();
      long from = Math.min(to, Math.max(registry.escrows().firstBlock(), to - BLOCKS + 1));
      long start = conversation.ticker().nanos();
      List<Log> logs =
          provider.logs(from, to, LogFilter.of(EscrowReach.named(settings).contracts()), share());
      long millis = Duration.ofNanos(conversation.ticker().nanos() - start).toMillis();
      vitals.add(
          new Vital(
              "events of the escrow",
              logs.size() + " in blocks " + from + "-" + to + ", " + millis + " ms",
              expected,
              Condition.UP));
      vitals.add(decoded(logs.stream().map(registry.escrows()::decode).toList()));
      return Optional.of(head);
    } catch (RpcUnavailable unavailable) {
      vitals.add(
          new Vital(
              "events of the escrow", unavailable.failure().sentence(), expected, Condition.DOWN));
      return Optional.empty();
    }
  }

  private static Vital decoded(List<Decoded> all) {
    Map<String, Integer> kinds = new TreeMap<>();
    int broken = 0;
    for (Decoded decoded : all) {
      switch (decoded) {
        case Decoded.Event(EscrowEvent event) -> kinds.merge(event.kind().name(), 1, Integer::sum);
        case Decoded.Unmapped _ -> kinds.merge("not mapped", 1, Integer::sum);
        case Decoded.Undecodable _ -> broken++;
      }
    }
    String counts =
        kinds.entrySet().stream()
            .map(kind -> kind.getValue() + " " + kind.getKey())
            .collect(Collectors.joining(", "));
    String value =
        all.isEmpty()
            ? "nothing to decode there"
            : (all.size() - broken) + " of " + all.size() + (counts.isEmpty() ? "" : ": " + counts);
    return new Vital("decoding", value, "all of them", broken > 0 ? Condition.DOWN : Condition.UP);
  }

  // ---------------------------------------------------------------------------------------- cursor

  /** What the orders database says of a listener. */
  private sealed interface Ledger {
    record Found(Stream stream) implements Ledger {}

    /** Nothing follows into this database; not a fault of the subscription. */
    record None(String why) implements Ledger {}

    record Unreadable(String why) implements Ledger {}
  }

  private Ledger ledger() {
    if (settings.orders().door().isEmpty()) {
      return new Ledger.None("not looked at: no orders database is configured");
    }
    Duration share = patience().dividedBy(4);
    try (Books books = Books.open(conversation, "metaops listener test", deadline.atMost(share))) {
      return books.stream()
          .<Ledger>map(Ledger.Found::new)
          .orElseGet(() -> new Ledger.None("no listener of metaops follows for these orders"));
    } catch (SQLException failed) {
      return new Ledger.Unreadable("not looked at: " + DatabaseWords.of(failed));
    }
  }

  private Vital cursor(Ledger before) {
    String name = "the listener's cursor";
    String expected = "at most " + Ages.of(settings.listen().staleAfter()) + " behind";
    return switch (before instanceof Ledger.Found ? ledger() : before) {
      case Ledger.Found(Stream now) -> {
        ListenerState state =
            ListenerState.of(now, settings.listen().staleAfter(), HolderSight.of(now));
        String was =
            before instanceof Ledger.Found(Stream then)
                ? "block " + then.cursor().number() + ", then "
                : "block ";
        yield new Vital(
            name,
            was + now.cursor().number() + "; " + ListenerWords.of(state, now.now()),
            expected,
            ListenerWords.condition(state));
      }
      case Ledger.None(String why) -> Vital.shown(name, why);
      case Ledger.Unreadable(String why) -> new Vital(name, why, expected, Condition.DEGRADED);
    };
  }

  // ---------------------------------------------------------------------------------------- screen

  private record Screen(List<Vital> vitals, Condition condition, String mode, Instant at)
      implements Picture {
    @Override
    public String shape() {
      return "listener-test/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(
          HealthDrawing.ink(condition),
          "Listening by "
              + (mode.equals("polling") ? "polling" : "WebSocket")
              + (condition == Condition.UP ? " works" : ": not all is well"));
      var table = new Table().column("").column("tried").column("expected").column("value");
      for (Vital vital : vitals) {
        table.row(
            List.of(
                Table.Cell.of(HealthDrawing.ink(vital.condition()), vital.condition().name()),
                Table.Cell.of(vital.name()),
                Table.Cell.of(Ink.FAINT, vital.threshold()),
                Table.Cell.of(vital.value())));
      }
      page.table(table);
      if (condition != Condition.UP) {
        page.line(Ink.STRONG, "next: metaops connections test");
      }
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("at", at.toString()).put("condition", condition.name()).put("mode", mode);
      ArrayNode checks = into.putArray("checks");
      for (Vital vital : vitals) {
        checks
            .addObject()
            .put("name", vital.name())
            .put("value", vital.value())
            .put("expected", vital.threshold())
            .put("condition", vital.condition().name());
      }
    }
  }
}
