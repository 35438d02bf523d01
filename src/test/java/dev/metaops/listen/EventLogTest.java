package dev.metaops.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.time.SystemTicker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {
  @TempDir private Path directory;
  private final List<String> said = new ArrayList<>();

  @Test
  void whatIsWrittenBesideIsInTheOrderItWasSaidAndWholeOnceClosed() throws Exception {
    try (EventLog events =
        new EventLog(directory, said::add, SystemTicker.SYSTEM, Thread::startVirtualThread)) {
      IntStream.range(0, 500).forEach(number -> events.cleared("code-" + number, "print"));
    }
    List<String> lines = Files.readAllLines(directory.resolve("events.jsonl"));
    assertThat(lines).hasSize(500);
    for (int number = 0; number < lines.size(); number++) {
      assertThat(lines.get(number)).contains("\"code\":\"code-" + number + "\"");
    }
    assertThat(said).isEmpty();
  }

  @Test
  void aDiskThatTakesNoLinesIsSaidOnceAndThenThatLinesAreMissing() throws Exception {
    Path file = Files.createDirectory(directory.resolve("events.jsonl"));
    try (EventLog events = new EventLog(directory, said::add, SystemTicker.SYSTEM)) {
      events.cleared("first", "print");
      events.cleared("second", "print");
      assertThat(said)
          .singleElement()
          .asString()
          .contains("the event log cannot be written, its lines are lost");
      Files.delete(file);
      events.cleared("third", "print");
    }
    assertThat(said).hasSize(2).last().asString().contains("is written again; lines are missing");
    assertThat(Files.readString(file)).contains("third").doesNotContain("second");
  }
}
