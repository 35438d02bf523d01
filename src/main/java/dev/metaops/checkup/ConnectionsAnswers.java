package dev.metaops.checkup;

import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.ConnectionsCommand;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.Endpoint;
import dev.metaops.config.OrdersDoor;
import dev.metaops.config.Settings;
import dev.metaops.config.TelemetrySection;
import dev.metaops.connection.FrontTarget;
import dev.metaops.connection.HeadsTarget;
import dev.metaops.connection.Hop;
import dev.metaops.connection.PostgresTarget;
import dev.metaops.connection.RestTarget;
import dev.metaops.connection.Roots;
import dev.metaops.connection.RpcTarget;
import dev.metaops.connection.StatusPages;
import dev.metaops.connection.Target;
import dev.metaops.connection.TellingTarget;
import dev.metaops.connection.Traced;
import dev.metaops.connection.Unusable;
import dev.metaops.connection.Walk;
import dev.metaops.postgres.EmbeddedPostgres;
import dev.metaops.postgres.Instance;
import dev.metaops.postgres.PostgresUnavailable;
import dev.metaops.reach.OpsHome;
import dev.metaops.reach.Reach;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers {@code connections}. */
public final class ConnectionsAnswers implements Answers<ConnectionsCommand> {
  private static final String OPS = "ops store";
  private static final String ORDERS = "orders database";

  private final List<StatusPages.Vendor> vendors;
  private final Roots roots;

  public ConnectionsAnswers() {
    this(StatusPages.KNOWN, new Roots.OfJava());
  }

  /**
   * With other vendors and other trusted issuers than the world's.
   *
   * @param roots for HTTP and WebSocket; a database's are named in its URL
   */
  public ConnectionsAnswers(List<StatusPages.Vendor> vendors, Roots roots) {
    this.vendors = List.copyOf(vendors);
    this.roots = roots;
  }

  @Override
  public Answer to(ConnectionsCommand command, Conversation conversation) {
    return switch (command) {
      case ConnectionsCommand.Test _ -> test(conversation);
    };
  }

  private Answer test(Conversation conversation) {
    Settings settings = conversation.settings();
    Ticker ticker = conversation.ticker();
    Deadline deadline = Reach.beforeDrawing(conversation);
    StatusPages.Asked pages = new StatusPages(vendors, ticker).ask(hosts(settings));
    List<String> notes = new ArrayList<>();
    List<Target> targets = new ArrayList<>();
    targets.addAll(orders(settings, ticker));
    settings
        .chain()
        .providers()
        .forEach(provider ->
            targets.add(
                new RpcTarget(provider, settings.chain().expectedChainId(), roots, ticker)));
    settings
        .chain()
        .webSocket()
        .ifPresent(socket ->
            targets.add(
                new HeadsTarget(socket, settings.chain().expectedChainId(), roots, ticker)));
    settings
        .frontend()
        .all()
        .forEach(watched -> targets.add(new FrontTarget(watched, roots, ticker)));
    ops(settings, ticker, notes).ifPresent(targets::add);
    targets.addAll(telling(settings.telemetry(), ticker));
    notes.addAll(absent(settings));
    List<Traced> traced = new Walk(ticker).all(targets, deadline);
    return Answer.of(
        exit(traced), new ConnectionsScreen(traced, pages.words(), notes, ticker.now()));
  }

  private static ExitCode exit(List<Traced> traced) {
    return traced.stream()
        .map(each ->
            switch (each.gravity()) {
              case WELL -> ExitCode.FINE;
              case WARNING -> ExitCode.WARNING;
              case ALARMING, DOWN -> ExitCode.CRITICAL;
            })
        .reduce(ExitCode.FINE, ExitCode::worst);
  }

  private List<Target> orders(Settings settings, Ticker ticker) {
    List<Target> targets = new ArrayList<>();
    Optional<String> table = Optional.of(settings.orders().table());
    settings
        .orders()
        .door()
        .ifPresent(door ->
            targets.add(
                switch (door) {
                  case OrdersDoor.Sql(DatabaseUrl url) ->
                      new PostgresTarget(ORDERS, url, table, ticker);
                  case OrdersDoor.Rest rest ->
                      new RestTarget(rest, settings.orders().table(), roots, ticker);
                }));
    settings
        .orders()
        .directUrl()
        .ifPresent(url -> targets.add(new PostgresTarget(ORDERS + ", direct", url, table, ticker)));
    return targets;
  }

  private List<Target> telling(TelemetrySection telemetry, Ticker ticker) {
    List<Target> targets = new ArrayList<>();
    telemetry
        .sentryDsn()
        .ifPresent(dsn -> targets.add(new TellingTarget("Sentry", dsn, roots, ticker)));
    telemetry
        .logtailToken()
        .ifPresent(
            _ -> targets.add(new TellingTarget("Logtail", telemetry.logtail(), roots, ticker)));
    return targets;
  }

  private static Optional<Target> ops(Settings settings, Ticker ticker, List<String> notes) {
    if (settings.ops().url().isPresent()) {
      return Optional.of(
          new PostgresTarget(OPS, settings.ops().url().get(), Optional.empty(), ticker));
    }
    Path directory = settings.environment().dataDirectory().resolve("ops");
    try {
      Optional<Instance> running = EmbeddedPostgres.find(directory);
      if (running.isEmpty()) {
        notes.add(OPS + ": embedded in " + directory + ", not running (metaops serve starts it)");
      }
      return running.map(instance ->
          new PostgresTarget(
              OPS, DatabaseUrl.of(instance.secretUrl(OpsHome.DATABASE)), Optional.empty(), ticker));
    } catch (PostgresUnavailable unreadable) {
      return Optional.of(
          new Unusable(
              OPS,
              directory.toString(),
              Hop.INSTANCE,
              String.valueOf(unreadable.getMessage()),
              "run as the user who runs metaops serve"));
    }
  }

  private static List<String> absent(Settings settings) {
    List<String> absent = new ArrayList<>();
    if (settings.orders().door().isEmpty()) {
      absent.add(ORDERS + ": not configured (set DATABASE_URL, or SUPABASE_URL and SUPABASE_KEY)");
    }
    if (settings.chain().providers().isEmpty()) {
      absent.add("provider: not configured (set RPC_URL)");
    }
    if (settings.chain().webSocket().isEmpty()) {
      absent.add("web socket: not configured (set RPC_WS_URL); following polls");
    }
    return absent;
  }

  private static List<String> hosts(Settings settings) {
    List<String> hosts = new ArrayList<>();
    settings
        .orders()
        .door()
        .ifPresent(door ->
            hosts.add(
                switch (door) {
                  case OrdersDoor.Sql(DatabaseUrl url) -> url.host();
                  case OrdersDoor.Rest rest -> rest.url().getHost();
                }));
    settings.orders().directUrl().map(DatabaseUrl::host).ifPresent(hosts::add);
    settings.ops().url().map(DatabaseUrl::host).ifPresent(hosts::add);
    settings.chain().providers().stream().map(Endpoint::host).forEach(hosts::add);
    settings.chain().webSocket().map(Endpoint::host).ifPresent(hosts::add);
    settings.frontend().all().forEach(watched -> hosts.add(watched.url().host()));
    return hosts;
  }
}
