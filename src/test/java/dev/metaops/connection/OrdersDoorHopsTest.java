package dev.metaops.connection;

import static dev.metaops.connection.Ways.LONG;
import static dev.metaops.connection.Ways.SECRET;
import static dev.metaops.connection.Ways.failing;
import static dev.metaops.connection.Ways.postgres;
import static dev.metaops.connection.Ways.rest;
import static dev.metaops.connection.Ways.seen;
import static dev.metaops.connection.Ways.trace;
import static dev.metaops.connection.Ways.why;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.Secret;
import dev.metaops.connection.Outcome.Gravity;
import dev.metaops.store.Database;
import dev.metaops.testing.FakeNode;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.TestCertificate;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestPostgrest;
import dev.metaops.testing.TlsFront;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The way to the orders: a database as its URL asks, and a REST door with its key. */
@Timeout(60)
class OrdersDoorHopsTest {
  @TempDir static Path directory;

  @Test
  void aDatabaseIsReadAsItsUrlAsks() throws IOException {
    DatabaseUrl url = TestPostgres.withOrdersSchema().url();
    Traced empty = trace(postgres(url.secretText()), LONG);
    assertThat(empty.gravity()).isEqualTo(Gravity.WARNING);
    assertThat(seen(empty, Hop.REQUEST)).contains("public.orders can be read and shows no row");
    assertThat(empty.steps()).extracting(Step::hop).doesNotContain(Hop.TLS);

    Traced wanted = trace(postgres(url.secretText() + "?sslmode=require"), LONG);
    assertThat(failing(wanted)).isEqualTo(Hop.TLS);
    assertThat(why(wanted)).contains("it offers no TLS and sslmode=require asks for it");

    Traced preferred = trace(postgres(url.secretText() + "?sslmode=prefer"), LONG);
    assertThat(seen(preferred, Hop.TLS)).contains("goes on unencrypted");

    TestCertificate good =
        TestCertificate.make(directory, "good", "dns:localhost,ip:127.0.0.1", 1, 90);
    TestCertificate otherName =
        TestCertificate.make(directory, "other", "dns:node.example.com", 1, 90);
    try (TlsFront front = new TlsFront(good, url.port(), TlsFront.Before.SSL_REQUEST)) {
      String there = url.secretText().replace(":" + url.port() + "/", ":" + front.port() + "/");
      Traced full = trace(postgres(there + "?sslmode=verify-full&sslrootcert=" + good.pem()), LONG);
      assertThat(full.steps())
          .as("%s", full)
          .extracting(Step::hop)
          .containsExactly(Hop.DNS, Hop.TCP, Hop.TLS, Hop.AUTHENTICATION, Hop.REQUEST);
      assertThat(seen(full, Hop.TLS)).contains("good, expires ");
      Traced unknown =
          trace(postgres(there + "?sslmode=verify-ca&sslrootcert=" + otherName.pem()), LONG);
      assertThat(why(unknown)).contains("signed by itself");
      Traced without =
          trace(
              postgres(there + "?sslmode=verify-full&sslrootcert=" + directory + "/none.pem"),
              LONG);
      assertThat(why(without)).contains("there is no file ");
    }
  }

  @Test
  void authenticationIsToldApartFromReachability() throws IOException {
    DatabaseUrl url = TestPostgres.emptyDatabase().url();
    String place = "127.0.0.1:" + url.port() + "/";
    Traced password =
        trace(
            postgres("postgres://" + url.user() + ":" + SECRET + "@" + place + url.database()),
            LONG);
    assertThat(failing(password)).isEqualTo(Hop.AUTHENTICATION);
    assertThat(why(password)).contains("password authentication failed");
    assertThat(password.toString()).doesNotContain(SECRET);

    Traced noDatabase = trace(postgres(url.withDatabase("nowhere").secretText()), LONG);
    assertThat(failing(noDatabase)).isEqualTo(Hop.AUTHENTICATION);
    assertThat(why(noDatabase)).contains("\"nowhere\" does not exist");

    Traced noTable = trace(postgres(url.secretText()), LONG);
    assertThat(failing(noTable)).isEqualTo(Hop.REQUEST);
    assertThat(why(noTable)).contains("\"public.orders\" does not exist");

    try (FakeServer babbling = FakeServer.saying("HTTP/1.1 200 OK\r\n\r\n")) {
      Traced garbage =
          trace(
              postgres("postgres://me:x@127.0.0.1:" + babbling.port() + "/db?sslmode=require"),
              LONG);
      assertThat(failing(garbage)).isEqualTo(Hop.TLS);
      assertThat(why(garbage)).contains("does not speak PostgreSQL");
    }
  }

  @Test
  void theRestDoorIsAskedForOneRowWithItsKey() throws IOException {
    try (FakeNode supabase = new FakeNode()) {
      supabase.behave(says(200, "[{\"id\":\"o-1\"}]"));
      Traced inPart = trace(rest(supabase.url()), LONG);
      assertThat(inPart.gravity()).as("a key of no known kind").isEqualTo(Gravity.WARNING);
      assertThat(trace(rest(supabase.url(), TestPostgrest.ELEVATED), LONG).gravity())
          .isEqualTo(Gravity.WELL);
      assertThat(supabase.headers().getFirst())
          .containsEntry("apikey", SECRET)
          .containsEntry("authorization", "Bearer " + SECRET);

      supabase.behave(says(401, "{\"message\":\"Invalid API key " + SECRET + "\"}"));
      Traced refused = trace(rest(supabase.url()), LONG);
      assertThat(failing(refused)).isEqualTo(Hop.AUTHENTICATION);
      assertThat(why(refused)).contains("key refused", "Invalid API key ‹hidden›");

      supabase.behave(
          says(404, "{\"code\":\"PGRST205\",\"message\":\"Could not find the table\"}"));
      assertRequestFails(supabase, "no table orders");
      supabase.behave(says(540, "paused"));
      assertRequestFails(supabase, "the project is paused");
      supabase.behave(says(503, "{\"code\":\"PGRST002\",\"message\":\"Retrying\"}"));
      assertRequestFails(supabase, "PostgREST does not reach its database");
      supabase.behave(new FakeNode.Behaviour.Says(200, Map.of(), "<html>"));
      assertRequestFails(supabase, "answer not understood");
    }
  }

  private static void assertRequestFails(FakeNode supabase, String words) {
    Traced traced = trace(rest(supabase.url()), LONG);
    assertThat(failing(traced)).as(words).isIn(Hop.REQUEST, Hop.AUTHENTICATION);
    assertThat(why(traced)).contains(words);
    assertThat(traced.gravity()).isEqualTo(Gravity.DOWN);
    assertThat(traced.toString()).doesNotContain(SECRET);
  }

  private static FakeNode.Behaviour says(int status, String json) {
    return new FakeNode.Behaviour.Says(status, Map.of("Content-Type", "application/json"), json);
  }

  @Test
  void aKeyThatMayBeShownLessIsNeverTakenForOneThatSeesAll() throws IOException {
    Database database = TestPostgres.emptyDatabase();
    TestPostgrest.createRoles(database);
    TestPostgrest.execute(
        database,
        """
        CREATE TABLE public.orders (id text PRIMARY KEY);
        ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;
        GRANT SELECT ON public.orders TO anon, service_role;\
        """);
    try (TestPostgrest supabase = TestPostgrest.start(database)) {
      String url = supabase.supabase().toString();
      Traced empty = trace(rest(url, TestPostgrest.key("service_role")), LONG);
      assertThat(empty.gravity()).isEqualTo(Gravity.WARNING);
      assertThat(empty.steps().getLast().outcome().next()).contains("an empty table");
      TestPostgrest.execute(database, "INSERT INTO public.orders VALUES ('o-1')");
      for (Secret all : List.of(TestPostgrest.key("service_role"), TestPostgrest.ELEVATED)) {
        assertThat(trace(rest(url, all), LONG).gravity()).isEqualTo(Gravity.WELL);
      }
      for (Secret some : List.of(TestPostgrest.key("anon"), TestPostgrest.PUBLISHABLE)) {
        Traced hidden = trace(rest(url, some), LONG);
        assertThat(failing(hidden)).isEqualTo(Hop.REQUEST);
        assertThat(why(hidden)).contains("UNKNOWN: public.orders shows no row, and ", "policies");
        assertThat(hidden.steps().getLast().outcome().next()).contains("service role's key");
      }
      TestPostgrest.execute(
          database, "CREATE POLICY open ON public.orders FOR SELECT TO anon USING (true)");
      Traced inPart = trace(rest(url, TestPostgrest.key("anon")), LONG);
      assertThat(inPart.gravity()).isEqualTo(Gravity.WARNING);
      assertThat(inPart.steps().getLast().outcome().seen()).contains("in part: the role anon");
      Traced expired =
          trace(rest(url, TestPostgrest.expiredKey("service_role", Duration.ofDays(3))), LONG);
      assertThat(failing(expired)).isEqualTo(Hop.AUTHENTICATION);
      assertThat(why(expired)).contains("key expired 3 d ago");
      Traced forged = trace(rest(url, TestPostgrest.forgedKey("service_role")), LONG);
      assertThat(failing(forged)).isEqualTo(Hop.AUTHENTICATION);
      assertThat(why(forged)).contains("key refused");
    }
  }
}
