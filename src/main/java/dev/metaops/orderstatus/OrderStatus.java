package dev.metaops.orderstatus;

import dev.metaops.config.OrderStatusSection;
import dev.metaops.http.Opening;
import dev.metaops.meter.Family;
import dev.metaops.meter.Meters;
import dev.metaops.meter.Sample;
import dev.metaops.store.Database;
import dev.metaops.time.Ticker;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.websocket.WsConfig;
import io.helidon.webserver.websocket.WsRouting;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of orders, for the venue's front end, on a port of its own; nothing at all where it
 * is off. Thread-safe.
 */
public final class OrderStatus implements AutoCloseable {
  /** A WebSocket client answers pings meanwhile, so this ends those that are gone. */
  private static final Duration IDLE = Duration.ofSeconds(60);

  private static final Duration IDLE_LOOKS = Duration.ofSeconds(5);

  /** Beside those who follow: whoever asks once, and whoever has to be told there is no room. */
  private static final int MORE_CONNECTIONS = 256;

  private static final int NO_BODY = 1_024;
  private static final int WRITE_BUFFER = 1_024;

  /** What the kernel may keep of a client that does not read. */
  private static final int SEND_BUFFER = 32_768;

  private final Doors doors;
  private final Optional<Opening> opening;
  private @Nullable Thread tail;
  private boolean closed;

  private OrderStatus(OrderStatusSection where, Consumer<String> said, Ticker ticker) {
    doors =
        new Doors(
            new AtomicReference<>(Optional.empty()),
            new Followers(where.clients()),
            new Counts(),
            where.origins(),
            said,
            ticker);
    opening =
        where
            .port()
            .map(port ->
                Opening.begin(
                    new Opening.Place(
                        port,
                        where.bind(),
                        "NO ORDER STATUS",
                        "order-status.port",
                        "/v1/orders/ID"),
                    this::serving,
                    said,
                    ticker));
  }

  /** Returns at once; until {@link #reading} everybody is told to come again. */
  public static OrderStatus open(OrderStatusSection where, Consumer<String> said, Ticker ticker) {
    return new OrderStatus(where, said, ticker);
  }

  private WebServerConfig.Builder serving() {
    int most = doors.followers().most();
    return WebServer.builder()
        .connectionOptions(SocketOptions.builder().socketSendBufferSize(SEND_BUFFER).build())
        // A channel keeps two buffers of 8 KB for each client, this one.
        .useNio(false)
        .idleConnectionTimeout(IDLE)
        .idleConnectionPeriod(IDLE_LOOKS)
        .maxTcpConnections(most + MORE_CONNECTIONS)
        .maxConcurrentRequests(most + MORE_CONNECTIONS)
        .maxPayloadSize(NO_BODY)
        .writeBufferSize(WRITE_BUFFER)
        .addProtocol(
            WsConfig.builder().origins(Set.copyOf(doors.origins())).maxFrameLength(NO_BODY).build())
        .addRouting(WsRouting.builder().endpoint(SocketDoor.PATH, () -> new SocketDoor(doors)))
        .routing(routing -> new Routes(doors).addTo(routing));
  }

  /** From now on orders can be read there; of the first call only. */
  public synchronized void reading(Database orders) {
    if (opening.isEmpty() || closed || tail != null) {
      return;
    }
    Tail looking = new Tail(orders, doors.followers(), doors.said(), doors.ticker());
    doors
        .sight()
        .set(
            Optional.of(
                new Doors.Sight(new Orders(orders, doors.said(), doors.ticker()), looking)));
    tail = Thread.ofPlatform().name("order-status").daemon().start(looking);
  }

  /** Shows its numbers, where it answers. */
  public void show(Meters meters) {
    if (opening.isEmpty()) {
      return;
    }
    Followers followers = doors.followers();
    meters.read(
        Family.gauge("metaops_order_status_clients", "Who follows an order now", "transport"),
        () -> byTransport(transport -> (long) followers.count(transport)));
    meters.read(
        Family.counter(
            "metaops_order_status_events", "Events sent to those who follow", "transport"),
        () -> byTransport(doors.counts()::sentTo));
    meters.read(
        Family.counter("metaops_order_status_cut", "Followers that were let go", "reason"),
        () ->
            Arrays.stream(Cut.values())
                .filter(cut -> cut != Cut.LEFT)
                .map(cut -> Sample.of(followers.cuts(cut), cut.word()))
                .toList());
    meters.read(
        Family.counter(
            "metaops_order_status_refused", "Told to come again, because there was no room"),
        () -> List.of(Sample.of(doors.counts().refusedSoFar())));
    meters.read(
        Family.gauge(
            "metaops_order_status_behind_seconds",
            "How long ago the database was looked at for those who follow; absent while nobody"
                + " does"),
        () ->
            doors.sight().get().flatMap(sight -> sight.tail().behind()).stream()
                .map(behind -> Sample.of(behind))
                .toList());
  }

  private static List<Sample> byTransport(ToLongFunction<Follower.Transport> value) {
    return Arrays.stream(Follower.Transport.values())
        .map(transport ->
            Sample.of(value.applyAsLong(transport), transport.name().toLowerCase(Locale.ROOT)))
        .toList();
  }

  /** Whoever follows is told. Idempotent. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      if (tail != null) {
        tail.interrupt();
      }
    }
    doors.followers().cutAll(Cut.STOPPING);
    opening.ifPresent(Opening::close);
    doors.sight().get().ifPresent(sight -> sight.orders().close());
  }
}
