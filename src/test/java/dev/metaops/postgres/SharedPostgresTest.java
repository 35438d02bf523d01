package dev.metaops.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several users of one server, each in a process of its own, killed when it hurts most. */
@Timeout(120)
class SharedPostgresTest extends ServerOnDisk {
  private final List<UserProcess> processes = new ArrayList<>();

  @AfterEach
  void endProcesses() throws InterruptedException {
    for (UserProcess process : processes) {
      process.kill();
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
  void aKilledUserLeavesAServerToAdoptAndItsRows() throws Exception {
    UserProcess user = userProcess();
    String opened = user.hears("open");
    user.say("insert");
    user.hears("inserted");
    user.kill();

    try (EmbeddedPostgres next = open();
        Connection connection = PostgresUser.login(next.instance())) {
      assertThat("open " + next.instance().pid() + " " + next.instance().port()).isEqualTo(opened);
      assertThat(rows(connection)).isEqualTo(1);
    }
    assertThat(EmbeddedPostgres.find(data)).isEmpty();
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
  void twoProcessesAtOnceEndWithOnePostmaster() throws Exception {
    UserProcess one = userProcess();
    UserProcess other = userProcess();
    assertThat(one.hears("open")).isEqualTo(other.hears("open"));
    assertThat(Stream.concat(one.heard().stream(), other.heard().stream()))
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
      UserProcess user = userProcess();
      user.hears(step);
      user.kill();
      UserProcess next = userProcess();
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
      UserProcess user =
          userProcess(
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
      endProcesses();
      DurableFiles.deleteTree(place);
    }
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

  private UserProcess userProcess() throws IOException {
    return userProcess(List.of(), System.getProperty("java.class.path"), data, CACHE);
  }

  private UserProcess userProcess(List<String> prefix, String classPath, Path place, Path cache)
      throws IOException {
    UserProcess process = UserProcess.start(prefix, classPath, place, cache);
    processes.add(process);
    return process;
  }
}
