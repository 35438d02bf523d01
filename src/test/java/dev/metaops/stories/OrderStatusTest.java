package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.OrderStatusSection;
import dev.metaops.meter.Meters;
import dev.metaops.orderstatus.OrderStatus;
import dev.metaops.store.Database;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.StatusClient;
import dev.metaops.testing.StatusClient.Heard;
import dev.metaops.testing.StatusClient.Way;
import dev.metaops.testing.TestPostgres;
import dev.metaops.time.SystemTicker;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the venue's front end hears of an order. */
class OrderStatusTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String VENUE = "https://venue.example";

  @AutoClose private final HttpClient http = HttpClient.newHttpClient();
  private final Database database = TestPostgres.withOrdersSchema();
  private final Queue<String> said = new ConcurrentLinkedQueue<>();
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void allIsClosed() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoIsCutInAStormMissesNothingThoughATransactionIsHeldOpenAcrossTheCut(Way way)
      throws Exception {
    URI server = serving(database, 10);
    Connection venue = connection(database);
    guardless(venue);
    place(venue, "o-1", "o-2", "o-3");
    Connection early = begun();
    Connection held = begun();
    run(held, move("o-2", "CREATED", "PENDING"));
    run(held, move("o-3", "CREATED", "PENDING"));

    var first = new ConcurrentLinkedQueue<Heard>();
    var second = new ConcurrentLinkedQueue<Heard>();
    StatusClient one = follow(server, "o-1", way, Optional.empty(), first);
    StatusClient two = follow(server, "o-2", way, Optional.empty(), second);
    var third = new ConcurrentLinkedQueue<Heard>();
    follow(server, "o-3", way, Optional.empty(), third);
    awaitCount(first, 1);
    awaitCount(second, 1);
    awaitCount(third, 1);
    List<String> truth = new ArrayList<>(List.of("CREATED"));
    for (int turn = 0; turn < 40; turn++) {
      if (turn % 10 == 5) {
        one.close();
        two.close();
      }
      truth.add(turn % 2 == 0 ? moved(venue, "o-1", turn) : listenersMove(venue, "o-1", turn));
      if (turn % 10 == 8) {
        one = follow(server, "o-1", way, last(first), first);
        two = follow(server, "o-2", way, last(second), second);
      }
    }
    assertThat(second).as("not before it is committed").hasSize(1);
    assertThat(third).hasSize(1);
    two.close();
    held.commit();
    awaitCount(third, 2);
    // Its number is older than all that was told.
    run(early, move("o-1", "DISPUTED", "SETTLED"));
    one.close();
    early.commit();
    truth.add("SETTLED");
    follow(server, "o-1", way, last(first), first);
    follow(server, "o-2", way, last(second), second);

    awaitCount(first, truth.size());
    awaitCount(second, 2);
    assertThat(first).extracting(Heard::state).isEqualTo(truth);
    assertThat(second).extracting(Heard::state).containsExactly("CREATED", "PENDING");
    assertThat(third).extracting(Heard::state).containsExactly("CREATED", "PENDING");
    run(venue, move("o-2", "PENDING", "SETTLED"));
    awaitCount(second, 3);
    assertThat(first).as("nothing twice").hasSize(truth.size());
  }

  @Test
  void aPositionOfAnotherHistoryOrAnotherOrderIsAnsweredWithAReset() throws Exception {
    URI server = serving(database, 10);
    Connection venue = connection(database);
    guardless(venue);
    place(venue, "o-1", "o-2");
    moved(venue, "o-1", 0);
    var heard = new ConcurrentLinkedQueue<Heard>();
    try (StatusClient one = follow(server, "o-1", Way.SSE, Optional.empty(), heard)) {
      awaitCount(heard, 1);
      assertThat(one.status()).isEqualTo(200);
    }
    Optional<String> position = last(heard);

    var ofAnother = new ConcurrentLinkedQueue<Heard>();
    follow(server, "o-2", Way.WEBSOCKET, position, ofAnother);
    awaitCount(ofAnother, 1);
    assertThat(ofAnother.element().event()).isEqualTo("reset");
    assertThat(ofAnother.element().state()).isEqualTo("CREATED");

    Database other = TestPostgres.withOrdersSchema();
    place(connection(other), "o-1");
    var elsewhere = new ConcurrentLinkedQueue<Heard>();
    follow(serving(other, 10), "o-1", Way.SSE, position, elsewhere);
    awaitCount(elsewhere, 1);
    assertThat(elsewhere.element().event()).isEqualTo("reset");
    assertThat(elsewhere.element().json()).contains("another history", "\"state\":\"CREATED\"");

    var beneath = new ConcurrentLinkedQueue<Heard>();
    StatusClient connected = follow(server, "o-1", Way.SSE, position, beneath);
    run(venue, "SELECT metaops_api.went_back('ada', 'it went back', 1, 2, 3, 4, 5)");
    awaitEnd(connected);
    assertThat(beneath).extracting(Heard::event).containsExactly("cut");
    follow(server, "o-1", Way.SSE, position, beneath);
    awaitCount(beneath, 2);
    assertThat(last(beneath)).isNotEqualTo(position);
    assertThat(beneath).extracting(Heard::event).containsExactly("cut", "reset");
  }

  @Test
  void whoDoesNotReadIsCutAndGoesOnWhereItWas() throws Exception {
    URI server = serving(database, 10);
    Connection venue = connection(database);
    guardless(venue);
    place(venue, "o-1", "o-2");
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(2_048);
      slow.connect(new InetSocketAddress(server.getHost(), server.getPort()));
      slow.getOutputStream()
          .write(
              "GET /v1/orders/o-1/events HTTP/1.1\r\nHost: x\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      slow.getInputStream().read();
      var beside = new ConcurrentLinkedQueue<Heard>();
      follow(server, "o-2", Way.SSE, Optional.empty(), beside);
      awaitCount(beside, 1);
      run(
          venue,
          "DO $$ BEGIN FOR n IN 1..1500 LOOP UPDATE public.orders SET state = CASE WHEN n % 2 = 1"
              + " THEN 'PENDING' ELSE 'CREATED' END WHERE id = 'o-1'; END LOOP; END $$");
      run(venue, move("o-2", "CREATED", "PENDING"));
      awaitCount(beside, 2);
      assertThat(ServeProcess.becomes(SOON, () -> metrics().contains("reason=\"slow\"} 1.0")))
          .as(metrics())
          .isTrue();
    }
    var after = new ConcurrentLinkedQueue<Heard>();
    String beginning = json(get(server, "/v1/orders/o-1")).path("position").asString();
    follow(server, "o-1", Way.WEBSOCKET, Optional.of(beginning.substring(0, 9) + "0-0"), after);
    awaitCount(after, 1500);
    assertThat(after.stream().map(Heard::state).distinct()).containsExactly("PENDING", "CREATED");
    run(venue, "DELETE FROM public.orders WHERE id = 'o-1'");
    awaitCount(after, 1502);
    assertThat(after.stream().skip(1500).map(Heard::event)).containsExactly("gone", "cut");
    place(venue, "o-1");
    follow(server, "o-1", Way.WEBSOCKET, last(after), after);
    awaitCount(after, 1503);
    Heard back = after.stream().skip(1502).findFirst().orElseThrow();
    assertThat(back.event()).as("it is there again").isEqualTo("reset");
    assertThat(back.state()).isEqualTo("CREATED");
  }

  @Test
  void movesThatOneLookCannotReadAreHeardByWhoComesBack() throws Exception {
    URI server = serving(database, 10);
    Connection venue = connection(database);
    guardless(venue);
    place(venue, "o-1");
    var heard = new ConcurrentLinkedQueue<Heard>();
    StatusClient cut = follow(server, "o-1", Way.SSE, Optional.empty(), heard);
    awaitCount(heard, 1);
    run(venue, "ALTER TABLE metaops.order_edit RENAME TO away");
    awaitEnd(cut);
    // Where the machine is slow, it also hears at once that nothing can be read.
    assertThat(heard)
        .extracting(Heard::event)
        .filteredOn(event -> !event.equals("blind"))
        .containsExactly("state", "cut");
    assertThat(heard.toString()).contains("\"why\":\"blind\"");
    run(venue, "ALTER TABLE metaops.away RENAME TO order_edit");
    moved(venue, "o-1", 0);
    int before = heard.size();
    follow(server, "o-1", Way.SSE, last(heard), heard);
    awaitCount(heard, before + 1);
    assertThat(heard.stream().skip(before).findFirst().orElseThrow().state()).isEqualTo("PENDING");
  }

  @Test
  void aDefectInOneLookEndsNone() throws Exception {
    var defect = new AtomicBoolean();
    Ticker ticker =
        new Ticker() {
          @Override
          public Instant now() {
            return SystemTicker.SYSTEM.now();
          }

          @Override
          public long nanos() {
            if (Thread.currentThread().getName().equals("order-status")
                && defect.getAndSet(false)) {
              throw new IllegalStateException("a defect");
            }
            return SystemTicker.SYSTEM.nanos();
          }

          @Override
          public void rest(Duration duration) throws InterruptedException {
            SystemTicker.SYSTEM.rest(duration);
          }
        };
    URI server = serving(database, 10, ticker);
    Connection venue = connection(database);
    guardless(venue);
    place(venue, "o-1");
    var heard = new ConcurrentLinkedQueue<Heard>();
    follow(server, "o-1", Way.SSE, Optional.empty(), heard);
    awaitCount(heard, 1);
    defect.set(true);
    assertThat(ServeProcess.becomes(SOON, () -> said.toString().contains("a defect"))).isTrue();
    moved(venue, "o-1", 0);
    awaitCount(heard, 2);
  }

  @Test
  void oneQuestionIsAnsweredWithWhatItsOwnerMayKnowAndNothingElse() throws Exception {
    URI server = serving(database, 1);
    Connection venue = connection(database);
    place(venue, "o-1", "Größe 42");

    HttpResponse<String> answer = get(server, "/v1/orders/o-1");
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode body = json(answer);
    assertThat(body.propertyNames())
        .containsExactlyInAnyOrder(
            "shape",
            "id",
            "state",
            "since",
            "chain_state",
            "finality",
            "version",
            "as_of",
            "position");
    assertThat(body.path("shape").asString()).isEqualTo("order-status/1");
    assertThat(body.path("state").asString()).isEqualTo("CREATED");
    assertThat(json(get(server, "/v1/orders/Gr%C3%B6%C3%9Fe%2042")).path("id").asString())
        .isEqualTo("Größe 42");

    String tag = answer.headers().firstValue("ETag").orElseThrow();
    assertThat(get(server, "/v1/orders/o-1", "If-None-Match", tag).statusCode()).isEqualTo(304);
    run(venue, "UPDATE public.orders SET state = 'CANCELLED' WHERE id = 'o-1'");
    assertThat(get(server, "/v1/orders/o-1", "If-None-Match", tag).statusCode()).isEqualTo(200);

    for (String hostile : List.of("%00", "a%0Ab", "x".repeat(201), "%E2%80%AE")) {
      assertThat(get(server, "/v1/orders/" + hostile).statusCode()).as(hostile).isEqualTo(400);
      assertThat(
              StatusClient.follow(server, hostile, Way.WEBSOCKET, Optional.empty(), _ -> {})
                  .status())
          .as(hostile)
          .isEqualTo(400);
    }
    assertThat(get(server, "/v1/orders/o-9").statusCode()).isEqualTo(404);
    assertThat(get(server, "/v1/orders/o-9'--/events").statusCode()).isEqualTo(404);
    assertThat(get(server, "/v1/orders/o-1/events", "Last-Event-ID", "7").statusCode())
        .isEqualTo(400);
    assertThat(get(server, "/metrics").statusCode()).isEqualTo(404);

    var heard = new ConcurrentLinkedQueue<Heard>();
    follow(server, "o-1", Way.SSE, Optional.empty(), heard);
    awaitCount(heard, 1);
    HttpResponse<String> full = get(server, "/v1/orders/o-1/events");
    assertThat(full.statusCode()).as("one may follow, and does").isEqualTo(503);
    assertThat(full.headers().firstValue("Retry-After")).isPresent();
    assertThat(
            StatusClient.follow(server, "o-1", Way.WEBSOCKET, Optional.empty(), _ -> {}).status())
        .isEqualTo(503);
  }

  @Test
  void onlyPagesOfTheVenueMayAskFromABrowser() throws Exception {
    URI server = serving(database, 10);
    place(connection(database), "o-1");
    HttpResponse<String> ours = get(server, "/v1/orders/o-1", "Origin", VENUE);
    assertThat(ours.headers().firstValue("Access-Control-Allow-Origin")).contains(VENUE);
    assertThat(ours.headers().firstValue("Vary")).contains("Origin");
    HttpResponse<String> theirs = get(server, "/v1/orders/o-1", "Origin", "https://evil.example");
    assertThat(theirs.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();

    assertThat(handshake(server, VENUE)).startsWith("HTTP/1.1 101");
    assertThat(handshake(server, "https://evil.example")).startsWith("HTTP/1.1 403");
    assertThat(handshake(server, "http://" + server.getAuthority()))
        .as("nor a name that was made to point here")
        .startsWith("HTTP/1.1 403");
  }

  @Test
  void whoCannotLookSaysSo() throws Exception {
    OrderStatus unready = open(10, 0);
    URI server = address();
    assertThat(get(server, "/v1/orders/o-1").statusCode()).isEqualTo(503);
    unready.reading(
        new Database(
            DatabaseUrl.of(
                "postgres://nobody:hunter2@127.0.0.1:" + FakeServer.closedPort() + "/nowhere"),
            "metaops-test",
            SystemTicker.SYSTEM));
    HttpResponse<String> answer = get(server, "/v1/orders/o-1");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.body())
        .contains("cannot be reached")
        .doesNotContain("hunter2", "nobody", "nowhere", "127.0.0.1");
    assertThat(said.toString()).contains("connection refused").doesNotContain("hunter2");
  }

  @Test
  void aCopyOfAnObservedTableSaysHowOldItIs() throws Exception {
    Database home = TestPostgres.freshDatabase("db/orders+db/mirror");
    URI server = serving(home, 10);
    Connection copying = connection(home);
    run(
        copying,
        "INSERT INTO public.orders (id, state, escrow_key, fund_by, created_at, updated_at,"
            + " state_since) VALUES ('o-1', 'PENDING', '0x' || repeat('1', 64), now(), now(),"
            + " now(), now())");
    assertThat(get(server, "/v1/orders/o-1").statusCode())
        .as("never copied as a whole")
        .isEqualTo(503);
    run(copying, "UPDATE metaops.mirror SET copied_at = now() - interval '20 s'");
    JsonNode found = json(get(server, "/v1/orders/o-1"));
    assertThat(Duration.between(Instant.parse(found.path("as_of").asString()), Instant.now()))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(20));
    assertThat(get(server, "/v1/orders/o-0").body()).contains("among the open and the just ended");

    var heard = new ConcurrentLinkedQueue<Heard>();
    follow(server, "o-1", Way.SSE, Optional.empty(), heard);
    awaitCount(heard, 1);
    run(copying, "UPDATE public.orders SET state = 'SETTLED' WHERE id = 'o-1'");
    awaitCount(heard, 2);
    run(copying, "UPDATE metaops.mirror SET copied_at = now() - interval '40 s'");
    awaitCount(heard, 3);
    var late = new ConcurrentLinkedQueue<Heard>();
    follow(server, "o-1", Way.WEBSOCKET, Optional.empty(), late);
    awaitCount(late, 2);
    run(copying, "UPDATE metaops.mirror SET copied_at = now()");
    awaitCount(heard, 4);
    awaitCount(late, 3);
    assertThat(late).extracting(Heard::event).containsExactly("state", "blind", "seeing");
    assertThat(heard).extracting(Heard::event).containsExactly("state", "move", "blind", "seeing");
  }

  @Test
  void aPortThatIsTakenNamesItsHolder() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      open(10, taken.getLocalPort());
      assertThat(ServeProcess.becomes(SOON, () -> !said.isEmpty())).isTrue();
      assertThat(said.element())
          .startsWith("NO ORDER STATUS: 127.0.0.1:" + taken.getLocalPort())
          .contains(Long.toString(ProcessHandle.current().pid()), "order-status.port");
    }
  }

  private final List<OrderStatus> serving = new ArrayList<>();

  private URI serving(Database orders, int clients) {
    return serving(orders, clients, SystemTicker.SYSTEM);
  }

  private URI serving(Database orders, int clients, Ticker ticker) {
    said.clear();
    OrderStatus status = open(clients, 0, ticker);
    URI server = address();
    status.reading(orders);
    return server;
  }

  private OrderStatus open(int clients, int port) {
    return open(clients, port, SystemTicker.SYSTEM);
  }

  private OrderStatus open(int clients, int port, Ticker ticker) {
    OrderStatus status =
        OrderStatus.open(
            new OrderStatusSection(Optional.of(port), "127.0.0.1", List.of(VENUE), clients),
            said::add,
            ticker);
    opened.add(status);
    serving.add(status);
    return status;
  }

  private URI address() {
    assertThat(ServeProcess.becomes(SOON, () -> !said.isEmpty())).isTrue();
    String sentence = said.element();
    return URI.create(sentence.substring("answers on ".length()).replace("/v1/orders/ID", ""));
  }

  private String metrics() {
    try (Meters meters = new Meters(SystemTicker.SYSTEM)) {
      serving.getFirst().show(meters);
      return meters.text();
    }
  }

  private StatusClient follow(
      URI server, String order, Way way, Optional<String> after, Queue<Heard> heard)
      throws IOException {
    StatusClient client = StatusClient.follow(server, order, way, after, heard::add);
    opened.add(client);
    return client;
  }

  private static Optional<String> last(Queue<Heard> heard) {
    return heard.stream().map(Heard::position).filter(at -> !at.isEmpty()).reduce((_, b) -> b);
  }

  private void awaitCount(Queue<Heard> heard, int count) {
    assertThat(ServeProcess.becomes(SOON, () -> heard.size() >= count))
        .as("%d of %d, %s", heard.size(), count, said)
        .isTrue();
  }

  private static void awaitEnd(StatusClient client) {
    assertThat(ServeProcess.becomes(SOON, () -> !client.isOpen())).isTrue();
  }

  private Connection connection(Database orders) throws SQLException {
    Connection connection = orders.connect(TestPostgres.minute());
    opened.add(connection);
    return connection;
  }

  /** A transaction that has a number from now on. */
  private Connection begun() throws SQLException {
    Connection connection = connection(database);
    connection.setAutoCommit(false);
    run(connection, "SELECT pg_current_xact_id()");
    return connection;
  }

  private static void guardless(Connection venue) throws SQLException {
    run(venue, "UPDATE metaops.setting SET value = 'absent' WHERE name = 'guard'");
  }

  private static void place(Connection venue, String... ids) throws SQLException {
    for (String id : ids) {
      run(
          venue,
          "INSERT INTO public.orders (id, buyer, seller, amount, escrow_contract, escrow_key)"
              + " VALUES ('"
              + id
              + "', '0x' || repeat('b', 40), '0x' || repeat('c', 40), 1000, '0x' || repeat('e',"
              + " 40), '0x' || encode(sha256('"
              + id
              + "'), 'hex'))");
    }
  }

  private static String move(String id, String from, String to) {
    return "UPDATE public.orders SET state = '"
        + to
        + "' WHERE id = '"
        + id
        + "' AND state = '"
        + from
        + "'";
  }

  private static String state(int turn) {
    return turn % 2 == 0 ? "PENDING" : "DISPUTED";
  }

  /** By somebody at psql. */
  private static String moved(Connection venue, String id, int turn) throws SQLException {
    run(venue, "UPDATE public.orders SET state = '" + state(turn) + "' WHERE id = '" + id + "'");
    return state(turn);
  }

  /** As our functions write it, without the chain behind it. */
  private static String listenersMove(Connection venue, String id, int turn) throws SQLException {
    String state = state(turn);
    run(
        venue,
        "BEGIN; SET LOCAL ROLE metaops_owner; UPDATE metaops.order_status SET folded_state = '"
            + state
            + "', version = version + 1 WHERE order_id = '"
            + id
            + "'; WITH was AS (SELECT state FROM public.orders WHERE id = '"
            + id
            + "' FOR UPDATE), moved AS (UPDATE public.orders o SET state = '"
            + state
            + "', state_since = now() FROM was WHERE o.id = '"
            + id
            + "' RETURNING o.id, was.state)"
            + " INSERT INTO metaops.order_change (order_id, from_state, to_state, cause, cause_ref)"
            + " SELECT id, state, '"
            + state
            + "', 'listener', 'block 1' FROM moved; COMMIT");
    return state;
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private HttpResponse<String> get(URI server, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server + path)).timeout(Duration.ofSeconds(10));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }

  private static String handshake(URI server, String origin) throws IOException {
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      String request =
          Stream.of(
                  "GET /v1/orders/o-1/socket HTTP/1.1",
                  "Host: " + server.getAuthority(),
                  "Connection: Upgrade",
                  "Upgrade: websocket",
                  "Sec-WebSocket-Version: 13",
                  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                  "Origin: " + origin)
              .reduce("", (head, line) -> head + line + "\r\n");
      socket.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(10_000);
      return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }
  }
}
