package dev.metaops.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.config.DatabaseUrl;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What Supabase's doors say, and what it means. */
class SupabaseNamesTest {
  private static final String POOLER =
      "postgres://postgres.abcd:x@aws-0-eu-west-1.pooler.supabase.com:6543/postgres";
  private static final String DIRECT = "postgres://postgres:x@db.abcd.supabase.co:5432/postgres";

  @Test
  void thePoolerSaysWhatPostgresWouldNot() {
    check(
        POOLER,
        new SQLException("FATAL: Tenant or user not found", "XX000"),
        "the pooler knows no such project",
        "paused or restricted");
    check(
        POOLER,
        new SQLException("FATAL: Max client connections reached", "XX000"),
        "the pooler refuses: all its sessions are taken",
        "6543");
    check(
        POOLER,
        new SQLException(
            "FATAL: MaxClientsInSessionMode: max clients reached - in Session mode max clients are"
                + " limited to pool_size",
            "XX000"),
        "the pooler refuses: all its sessions are taken");
  }

  @Test
  void aDirectHostWithoutAWayThereHasOnlyIpv6() {
    for (Exception cause :
        new Exception[] {
          new UnknownHostException("db.abcd.supabase.co"),
          new NoRouteToHostException("No route to host"),
          new SocketException("Network is unreachable")
        }) {
      check(DIRECT, new SQLException("refused", "08001", cause), "IPv6", "pooler");
    }
  }

  @Test
  void otherHostsAreNotMistakenForSupabases() {
    String other = "postgres://a:x@db.example.com:5432/postgres";
    assertThat(
            said(other, new SQLException("x", "08001", new UnknownHostException("db.example.com"))))
        .contains("no such host")
        .doesNotContain("IPv6");
  }

  private static void check(String url, SQLException failure, String... parts) {
    assertThat(said(url, failure)).contains(parts);
  }

  private static String said(String url, SQLException failure) {
    DatabaseUrl place = DatabaseUrl.read(url).orTell(why -> {}).orElseThrow();
    return DatabaseFailure.of(failure, place, Duration.ofSeconds(1)).sentence();
  }
}
