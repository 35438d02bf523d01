package dev.metaops.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell in front of the JVM, with JDKs made of a release file and two scripts. */
class LauncherTest {
  @TempDir Path directory;

  private record Ended(int status, String out, String err) {}

  @Test
  void withoutAJdkItSaysInOneParagraphWhatToInstall() throws Exception {
    Ended ended = launch(Map.of("METAOPS_JDK_PLACES", directory + "/none/*"));
    assertThat(ended.status()).isEqualTo(3);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err().lines())
        .singleElement()
        .asString()
        .startsWith("metaops needs a JDK 25 and found none.")
        .contains("METAOPS_JAVA_HOME", "brew install openjdk@25", "apt-get install");
  }

  @Test
  void aJdkOfAnotherVersionIsPassedOver() throws Exception {
    jdk("a 17", "17.0.15");
    jdk("b 250", "250.1");
    Path right = jdk("c 25", "25.0.3");
    assertThat(launch(Map.of("METAOPS_JDK_PLACES", directory + "/*")).out().strip())
        .isEqualTo(right.toString());
  }

  @Test
  void javaHomeCountsWhenItIsA25AndIsPassedOverOtherwise() throws Exception {
    Path old = jdk("old", "17.0.15");
    Path home = jdk("home", "25");
    Path found = jdk("found/one", "25.0.1");
    String places = directory + "/found/*";
    assertThat(
            launch(Map.of("JAVA_HOME", home.toString(), "METAOPS_JDK_PLACES", places))
                .out()
                .strip())
        .isEqualTo(home.toString());
    assertThat(
            launch(Map.of("JAVA_HOME", old.toString(), "METAOPS_JDK_PLACES", places)).out().strip())
        .isEqualTo(found.toString());
  }

  @Test
  void theJavaOnThePathIsFollowedToItsHome() throws Exception {
    Path home = jdk("home", "25.0.3");
    Path bin = Files.createDirectory(directory.resolve("links"));
    Files.createSymbolicLink(bin.resolve("java"), home.resolve("bin/java"));
    assertThat(
            launch(Map.of("PATH", bin + ":/usr/bin:/bin", "METAOPS_JDK_PLACES", "")).out().strip())
        .isEqualTo(home.toString());
  }

  @Test
  void aNamedJdkThatIsNoneIsRefused() throws Exception {
    Path old = jdk("old", "17.0.15");
    Ended ended = launch(Map.of("METAOPS_JAVA_HOME", old.toString()));
    assertThat(ended.status()).isEqualTo(3);
    assertThat(ended.err()).contains("METAOPS_JAVA_HOME=" + old + " is not a JDK 25");
  }

  @Test
  void aMissingMavenIsSaidInOneSentence() throws Exception {
    Path checkout = checkout();
    Ended ended =
        launch(
            checkout.resolve("metaops"),
            Map.of(
                "METAOPS_JAVA_HOME", jdk("home", "25.0.3").toString(),
                "METAOPS_PRINT_JDK", "",
                "MAVEN", "no-such-maven"));
    assertThat(ended.status()).isEqualTo(3);
    assertThat(ended.err()).contains("has to be built once", "apt-get install maven");
    assertThat(checkout.resolve(".metaops/lock")).doesNotExist();
  }

  @Test
  void whatIsBuiltRunsThroughLinksAndFromAnywhereWithItsWordsUnchanged() throws Exception {
    Path checkout = built(checkout());
    Path home = jdk("home", "25.0.3");
    Path link = directory.resolve("a link");
    Files.createSymbolicLink(link, checkout.resolve("metaops"));
    Ended ended =
        launch(
            link,
            Map.of("METAOPS_JAVA_HOME", home.toString(), "METAOPS_PRINT_JDK", ""),
            "order",
            "fix",
            "two words");
    assertThat(ended.err()).isEmpty();
    assertThat(ended.status()).isZero();
    assertThat(ended.out())
        .contains("[-Xlog:disable][-Xlog:all=error:stderr][-XX:+UseSerialGC]")
        .endsWith("[-jar][" + checkout + "/.metaops/app-1/metaops.jar][order][fix][two words]\n");
  }

  @Test
  void longRunningCommandsGetAHeapThatStaysSmall() throws Exception {
    Path checkout = built(checkout());
    Map<String, String> environment =
        Map.of("METAOPS_JAVA_HOME", jdk("home", "25.0.3").toString(), "METAOPS_PRINT_JDK", "");
    Path launcher = checkout.resolve("metaops");
    assertThat(launch(launcher, environment, "serve").out())
        .contains("[-Xms32m][-Xmx128m][-XX:+ExitOnOutOfMemoryError]");
    assertThat(launch(launcher, environment, "status").out())
        .contains("[-XX:TieredStopAtLevel=1]")
        .doesNotContain("ExitOnOutOfMemoryError");
  }

  /** A JDK as the launcher sees it; its java prints its arguments. */
  private Path jdk(String name, String version) throws IOException {
    Path home = Files.createDirectories(directory.resolve(name));
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"A\"\nJAVA_RUNTIME_VERSION=\""
            + version
            + "+9\"\nJAVA_VERSION=\""
            + version
            + "\"\n");
    script(home.resolve("bin/java"), "printf '[%s]' \"$@\"; echo");
    script(home.resolve("bin/javac"), "exit 1");
    return home;
  }

  private static void script(Path path, String line) throws IOException {
    Files.writeString(path, "#!/bin/sh\n" + line + "\n");
    assertThat(path.toFile().setExecutable(true)).isTrue();
  }

  private Path checkout() throws IOException {
    Path checkout = Files.createDirectories(directory.toRealPath().resolve("a checkout"));
    Files.copy(Path.of("metaops"), checkout.resolve("metaops"));
    assertThat(checkout.resolve("metaops").toFile().setExecutable(true)).isTrue();
    Files.createDirectories(checkout.resolve("src/main"));
    Files.writeString(checkout.resolve("pom.xml"), "");
    return checkout;
  }

  private static Path built(Path checkout) throws IOException {
    Path app = Files.createDirectories(checkout.resolve(".metaops/app-1"));
    Files.writeString(app.resolve("metaops.jar"), "");
    Files.writeString(checkout.resolve(".metaops/current"), "1\n");
    return checkout;
  }

  private Ended launch(Map<String, String> environment) throws Exception {
    Map<String, String> withoutPath = new HashMap<>(Map.of("PATH", directory + "/no-programs"));
    withoutPath.putAll(environment);
    return launch(Path.of("metaops").toAbsolutePath(), withoutPath);
  }

  private Ended launch(Path launcher, Map<String, String> environment, String... words)
      throws Exception {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    var command = new ArrayList<>(List.of("/bin/sh", launcher.toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "METAOPS_PRINT_JDK", "yes"));
    builder.environment().put("HOME", directory.resolve("home").toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Ended(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
