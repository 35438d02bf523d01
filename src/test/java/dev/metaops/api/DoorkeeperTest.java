package dev.metaops.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.api.Doorkeeper.Admission;
import dev.metaops.api.Doorkeeper.Reason;
import dev.metaops.config.HttpSection;
import dev.metaops.config.Secret;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.SettableTicker;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is shown what. */
class DoorkeeperTest {
  private static final String TOKEN = "only-in-tests-0123456789";
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir private Path directory;

  @Test
  void aNameThatIsNotOursIsNotAnsweredWhateverItBrings() {
    List<String> names = List.of("ops.example");
    String right = "Bearer " + TOKEN;
    for (String host : List.of("localhost:3010", "127.0.0.1:3010", "[::1]:3010", "OPS.example")) {
      assertThat(at("127.0.0.1", names, host, right)).isInstanceOf(Admission.Details.class);
    }
    for (String host : List.of("venue.example", "10.0.0.7:3010", "localhost.venue.example", "")) {
      assertThat(at("127.0.0.1", names, host, right))
          .isInstanceOfSatisfying(
              Admission.Refused.class, no -> assertThat(no.reason()).isEqualTo(Reason.ELSEWHERE));
    }
    assertThat(at("10.0.0.7", List.of(), "pod.example:3010", right))
        .isInstanceOf(Admission.Details.class);
    assertThat(at("10.0.0.7", names, "10.0.0.7:3010", right)).isInstanceOf(Admission.Details.class);
    assertThat(at("10.0.0.7", names, "venue.example", right)).isInstanceOf(Admission.Refused.class);
  }

  @Test
  void theTokenIsKnownHoweverItComes() {
    for (String right : List.of("Bearer " + TOKEN, "bearer  " + TOKEN, basic("x:" + TOKEN))) {
      assertThat(at("127.0.0.1", List.of(), "localhost", right))
          .as(right)
          .isInstanceOf(Admission.Details.class);
    }
    for (String wrong :
        List.of("Bearer", "Bearer ", TOKEN, basic(TOKEN), "Basic %%%", "Bearer " + TOKEN + "x")) {
      assertThat(at("127.0.0.1", List.of(), "localhost", wrong))
          .isInstanceOfSatisfying(
              Admission.Refused.class, no -> assertThat(no.why()).doesNotContain(TOKEN));
    }
  }

  @Test
  void manyWrongTokensWaitOrAreSentAwayAndTheRightOneNeverIs() throws Exception {
    CountDownLatch penalty = new CountDownLatch(1);
    AtomicInteger waiting = new AtomicInteger();
    Doorkeeper doorkeeper = keeper("127.0.0.1", List.of(), slow(penalty, waiting));
    Doorkeeper.Request wrong = request("localhost", "Bearer wrong");
    List<Thread> threads =
        IntStream.range(0, 8)
            .mapToObj(_ -> Thread.startVirtualThread(() -> doorkeeper.admit(wrong)))
            .toList();
    assertThat(ServeProcess.becomes(SOON, () -> waiting.get() == 8)).isTrue();
    assertThat(doorkeeper.admit(wrong))
        .isInstanceOfSatisfying(
            Admission.Refused.class, no -> assertThat(no.reason()).isEqualTo(Reason.TOO_MANY));
    assertThat(doorkeeper.admit(request("localhost", "Bearer " + TOKEN)))
        .isInstanceOf(Admission.Details.class);
    penalty.countDown();
    for (Thread thread : threads) {
      assertThat(thread.join(SOON)).isTrue();
    }
  }

  @Test
  void theTokenOfADirectoryIsMadeOnceAndIsNobodyElses() throws IOException {
    Path data = directory.resolve("data");
    Secret made = new TokenFile(data).token();
    assertThat(made.reveal()).hasSize(43);
    assertThat(new TokenFile(data).token()).isEqualTo(made);
    Path file = data.resolve("http-token");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var all = Files.list(data)) {
      assertThat(all).containsExactly(file);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> new TokenFile(data).token())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("rm it");
  }

  private static Admission at(String bind, List<String> names, String host, String authorization) {
    return keeper(bind, names, new SettableTicker()).admit(request(host, authorization));
  }

  private static Doorkeeper keeper(String bind, List<String> names, Ticker ticker) {
    return new Doorkeeper(
        new HttpSection(
            Optional.of(3010), bind, names, Optional.empty(), HttpSection.Details.CREDENTIAL),
        Optional.of(new Credential(new Secret(TOKEN))),
        ticker);
  }

  private static Doorkeeper.Request request(String host, String authorization) {
    return new Doorkeeper.Request(host, Optional.empty(), Optional.of(authorization));
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static Ticker slow(CountDownLatch penalty, AtomicInteger waiting) {
    return new Ticker() {
      @Override
      public Instant now() {
        return Instant.EPOCH;
      }

      @Override
      public long nanos() {
        return 0;
      }

      @Override
      public void rest(Duration duration) throws InterruptedException {
        waiting.incrementAndGet();
        penalty.await();
      }
    };
  }
}
