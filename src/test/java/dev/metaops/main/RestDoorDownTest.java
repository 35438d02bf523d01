package dev.metaops.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import dev.metaops.main.Operator.Said;
import dev.metaops.store.Database;
import dev.metaops.testing.FakeNode;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestPostgrest;
import dev.metaops.testing.TestRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way in which Supabase's REST door can be shut, with the chain up and with it down too. */
class RestDoorDownTest {
  private static final Duration PROMISE = Duration.ofSeconds(3);

  /** What the door does, and how people are told. */
  enum DoorFault {
    REFUSED("unreachable"),
    SILENT("no answer within"),
    GARBAGE("answer not understood"),
    WRONG_URL("answer not understood"),
    ANON("the role anon"),
    EXPIRED("key expired 3 d"),
    FORGED("key refused"),
    PAUSED("the project is paused"),
    NO_DATABASE("PostgREST does not reach its database");

    private final String said;

    DoorFault(String said) {
      this.said = said;
    }
  }

  @TempDir Path directory;

  private static TestChain chain;
  private static TestRegistry registry;
  private static TestPostgrest supabase;
  private static FakeServer silent;
  private static final List<FakeNode> FAKES = new ArrayList<>();
  private static final Map<DoorFault, String> URLS = new HashMap<>();

  @BeforeAll
  static void open() {
    chain = TestChain.start();
    registry = chain.deployRegistry();
    chain.mine(8);
    Database database = TestPostgres.emptyDatabase();
    TestPostgrest.createRoles(database);
    TestPostgrest.execute(
        database,
        """
        CREATE TABLE public.orders (
          id text PRIMARY KEY, state text NOT NULL, buyer text, seller text, token text,
          amount numeric, created_at timestamptz NOT NULL DEFAULT now(),
          updated_at timestamptz NOT NULL DEFAULT now());
        ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;
        GRANT SELECT ON public.orders TO anon, service_role;
        INSERT INTO public.orders (id, state, amount) VALUES ('ord_1', 'CREATED', 1);\
        """);
    supabase = TestPostgrest.start(database);
    silent = FakeServer.silent();
    fake(DoorFault.GARBAGE, 200, "text/html", "<html>welcome</html>");
    fake(DoorFault.WRONG_URL, 404, "text/html", "<html>not here</html>");
    fake(DoorFault.PAUSED, 540, "application/json", "");
    fake(
        DoorFault.NO_DATABASE,
        503,
        "application/json",
        "{\"code\":\"PGRST002\",\"message\":\"Could not query the database for the schema\"}");
  }

  private static void fake(DoorFault fault, int status, String type, String body) {
    FakeNode node = new FakeNode();
    node.behave(new FakeNode.Behaviour.Says(status, Map.of("Content-Type", type), body));
    FAKES.add(node);
    URLS.put(fault, node.url());
  }

  @AfterAll
  static void close() throws IOException {
    for (FakeNode node : FAKES) {
      node.close();
    }
    silent.close();
    supabase.close();
    chain.close();
  }

  @ParameterizedTest
  @CsvSource({
    "REFUSED",
    "SILENT",
    "GARBAGE",
    "WRONG_URL",
    "ANON",
    "EXPIRED",
    "FORGED",
    "PAUSED",
    "NO_DATABASE"
  })
  void whoAsksIsToldInTimeWhatIsWrongWithTheDoor(DoorFault fault) throws Exception {
    endsAndBlames(fault, environment(fault, chain.url()), "");
    String closed = "http://127.0.0.1:" + FakeServer.closedPort();
    endsAndBlames(fault, environment(fault, closed), "unreachable");
  }

  private void endsAndBlames(DoorFault fault, Map<String, String> environment, String ofChain)
      throws Exception {
    Map<String, FutureTask<Timed>> asked = new LinkedHashMap<>();
    for (String line :
        List.of(
            "health quick",
            "status",
            "health database --timeout 1s",
            "doctor --timeout 1s",
            "order check-stuck --timeout 1s",
            "order refundable --timeout 1s")) {
      var task = new FutureTask<>(() -> timed(environment, line));
      Thread.ofPlatform().daemon().start(task);
      asked.put(line, task);
    }
    for (Map.Entry<String, FutureTask<Timed>> each : asked.entrySet()) {
      Timed timed = each.getValue().get();
      String line = each.getKey();
      String what = fault + " " + line + ":\n" + timed.said().all();
      assertThat(timed.took()).as(what).isLessThan(PROMISE);
      assertThat(timed.said().exit())
          .as(what)
          .isEqualTo(line.startsWith("order") ? ExitCode.COULD_NOT : ExitCode.CRITICAL);
      assertThat(timed.said().all())
          .as(what)
          .contains(fault.said)
          .doesNotContain(
              "within 0 ms", environment.get("SUPABASE_KEY"), "\tat ", "No order is", "No money");
      if (line.equals("health quick") || line.equals("status")) {
        assertThat(timed.said().all()).as(what).contains(ofChain);
      }
    }
  }

  @Test
  void whoHasTheRightKeyIsToldThatAllIsWell() {
    Map<String, String> environment =
        environment(supabase.supabase().toString(), TestPostgrest.key("service_role").reveal());
    Said health = new Operator(directory, environment).types("health database");
    assertThat(health.exit()).as(health.all()).isEqualTo(ExitCode.FINE);
    assertThat(health.out()).containsPattern("UP +database").contains("service role");
  }

  private record Timed(Said said, Duration took) {}

  private Timed timed(Map<String, String> environment, String line) {
    long start = System.nanoTime();
    Said said = new Operator(directory, environment).types(line);
    return new Timed(said, Duration.ofNanos(System.nanoTime() - start));
  }

  private Map<String, String> environment(DoorFault fault, String rpc) {
    String loopback = "http://127.0.0.1:";
    String service = TestPostgrest.key("service_role").reveal();
    String real = supabase.supabase().toString();
    Map<String, String> environment =
        switch (fault) {
          case REFUSED -> environment(loopback + FakeServer.closedPort(), service);
          case SILENT -> environment(loopback + silent.port(), service);
          case GARBAGE, WRONG_URL, PAUSED, NO_DATABASE ->
              environment(URLS.getOrDefault(fault, loopback), service);
          case ANON -> environment(real, TestPostgrest.key("anon").reveal());
          case EXPIRED ->
              environment(
                  real, TestPostgrest.expiredKey("service_role", Duration.ofDays(3)).reveal());
          case FORGED -> environment(real, TestPostgrest.forgedKey("service_role").reveal());
        };
    environment.put("RPC_URL", rpc);
    return environment;
  }

  private static Map<String, String> environment(String url, String key) {
    Map<String, String> environment = new HashMap<>();
    environment.put("SUPABASE_URL", url);
    environment.put("SUPABASE_KEY", key);
    environment.put("RPC_URL", chain.url());
    environment.put("ESCROW_CONTRACT_ADDRESS", registry.address().text());
    return environment;
  }
}
