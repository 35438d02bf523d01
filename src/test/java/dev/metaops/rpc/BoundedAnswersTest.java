package dev.metaops.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import dev.metaops.chain.Address;
import dev.metaops.testing.FakeNode;
import dev.metaops.testing.FakeNode.Behaviour;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** However large an answer is: how much of it is read, and how much memory that takes. */
class BoundedAnswersTest {
  private static final int LIMIT = Math.toIntExact(JsonRpc.MAX_ANSWER);

  /** Whatever is read at once, in bytes: garbage made on the way included. */
  private static final long MOST_ALLOCATED = 10L * LIMIT;

  @Test
  void anAnswerOfTheLimitIsReadAndOneByteMoreIsNot() throws IOException {
    String answer = "{\"id\":1,\"result\":\"0x7\"}";
    String filling = " ".repeat(LIMIT - answer.length());
    try (FakeNode node = new FakeNode()) {
      node.behave(new Behaviour.Says(200, Map.of(), answer + filling));
      assertThat(provider(node.url()).chainId(soon())).isEqualTo(7);
    }
    try (FakeNode node = new FakeNode()) {
      node.behave(new Behaviour.Says(200, Map.of(), answer + filling + " "));
      assertThat(
              catchThrowableOfType(
                  RpcUnavailable.class, () -> provider(node.url()).chainId(soon())))
          .hasMessageContaining("answer larger than 16 MB, not read");
    }
  }

  @Test
  void asManyValuesAsTheLimitAreReadAndOneMoreIsNot() {
    int elements = Json.MAX_VALUES - 1;
    assertThat(Json.read(array("0", elements)).size()).isEqualTo(elements);
    assertThat(catchThrowable(() -> Json.read(array("0", elements + 1))))
        .isInstanceOf(Json.TooMany.class);
  }

  @Test
  void elementsOfAResultAreHandedOverAndForgotten() {
    List<String> read = new ArrayList<>();
    JsonNode rest =
        Json.readEach(
            "{\"id\":1,\"result\":[{\"result\":[1,2]},\"x\",null]}".getBytes(UTF_8),
            element -> read.add(element.toString()));
    assertThat(read).containsExactly("{\"result\":[1,2]}", "\"x\"", "null");
    assertThat(rest.toString()).isEqualTo("{\"id\":1,\"result\":[]}");
  }

  @Test
  void whatIsNoArrayOfResultsIsReadWhole() {
    for (String answer :
        List.of("{\"result\":{\"result\":[1]}}", "[[1]]", "{\"error\":[1]}", "7")) {
      JsonNode read =
          Json.readEach(
              answer.getBytes(UTF_8),
              element -> {
                throw new AssertionError(element);
              });
      assertThat(read.toString()).isEqualTo(answer);
    }
  }

  @Test
  void elementsAreBoundedLikeAnyOtherValues() {
    for (String wrong :
        List.of(
            "{\"result\":[1],\"result\":[2]}",
            "{\"result\":[1]} 2",
            "{\"result\":[1",
            "{\"result\":" + "[".repeat(40) + "]".repeat(40) + "}")) {
      assertThat(catchThrowable(() -> Json.readEach(wrong.getBytes(UTF_8), _ -> {})))
          .isInstanceOf(JacksonException.class);
    }
    String tooMany = "{\"result\":" + new String(array("0", Json.MAX_VALUES), UTF_8) + "}";
    assertThat(catchThrowable(() -> Json.readEach(tooMany.getBytes(UTF_8), _ -> {})))
        .isInstanceOf(Json.TooMany.class);
  }

  @Test
  void whateverFillsAnAnswerTakesAFewTimesItsLimitOfMemory() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    bombs()
        .forEach((name, bomb) -> {
          byte[] bytes = bomb.getBytes(UTF_8);
          assertThat(bytes.length).as(name).isBetween(LIMIT * 9 / 10, LIMIT);
          long before = threads.getCurrentThreadAllocatedBytes();
          Throwable thrown = catchThrowable(() -> Json.read(bytes));
          long allocated = threads.getCurrentThreadAllocatedBytes() - before;
          System.out.printf("%s: %d MB allocated%n", name, allocated >> 20);
          assertThat(allocated).as(name).isLessThan(MOST_ALLOCATED);
          if (thrown != null) {
            assertThat(thrown).as(name).isInstanceOf(JacksonException.class);
          }
        });
  }

  /** The heap and the flags of {@code serve}. */
  @Test
  void aServerSurvivesThreeNodesThatFillTheirAnswersAtOnce() throws Exception {
    for (String bomb : List.of(bomb("empty objects"), bomb("texts of a megabyte"))) {
      try (FakeNode one = filled(bomb);
          FakeNode two = filled(bomb);
          FakeNode three = filled(bomb)) {
        Process server =
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-Xmx128m",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-cp",
                    System.getProperty("java.class.path"),
                    AsksAllAtOnce.class.getName(),
                    one.url(),
                    two.url(),
                    three.url())
                .redirectErrorStream(true)
                .start();
        String said = new String(server.getInputStream().readAllBytes(), UTF_8);
        assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).as(said).isZero();
      }
    }
  }

  /** What runs in a heap of its own. */
  static final class AsksAllAtOnce {
    private AsksAllAtOnce() {}

    public static void main(String[] urls) throws InterruptedException {
      List<Thread> threads = new ArrayList<>();
      for (String url : urls) {
        threads.add(
            Thread.startVirtualThread(() -> {
              try {
                var _ =
                    provider(url)
                        .balance(new Address("0x" + "11".repeat(20)), At.Tag.LATEST, soon());
              } catch (RpcUnavailable refused) {
                System.out.println(refused.getMessage());
              }
            }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  private static FakeNode filled(String bomb) {
    return new FakeNode().behave(new Behaviour.Says(200, Map.of(), bomb));
  }

  private static String bomb(String name) {
    return Optional.ofNullable(bombs().get(name)).orElseThrow();
  }

  private static Map<String, String> bombs() {
    return Map.of(
        "empty objects", repeated("{},"),
        "empty arrays", repeated("[],"),
        "zeros", repeated("0,"),
        "empty texts", repeated("\"\","),
        "one text", "[\"" + "f".repeat(LIMIT - 10) + "\"]",
        "texts of a megabyte", repeated("\"" + "f".repeat((1 << 20) - 10) + "\","),
        "escapes", repeated("\"" + "\\u0000".repeat(150_000) + "\","),
        "long numbers", repeated("9".repeat(999) + ","),
        "objects in objects", repeated("{\"a\":{\"b\":{\"c\":{}}}},"),
        "long names", repeated("{\"" + "n".repeat(40_000) + "\":0},"));
  }

  private static String repeated(String element) {
    return "[" + element.repeat((LIMIT - 10) / element.length()) + "0]";
  }

  private static byte[] array(String element, int count) {
    return ("[" + (element + ",").repeat(count - 1) + element + "]").getBytes(UTF_8);
  }

  private static Provider provider(String url) {
    return new Provider(
        new JsonRpc(
            Endpoint.parse("main", url),
            Patience.ONCE,
            SystemTicker.SYSTEM,
            new SplittableRandom(1)));
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(30), SystemTicker.SYSTEM);
  }
}
