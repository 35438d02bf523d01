package dev.metaops.services;

import dev.metaops.testing.TestChain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** The contract, over a command line that was recorded: the real one is not to be had in tests. */
abstract class FakedDriver extends DriverContract {
  @Override
  Map<String, String> variables() {
    Path fakes = TestChain.checkout().resolve("src/test/resources/services/fakes");
    return Map.of("PATH", fakes + ":" + System.getenv("PATH"));
  }

  @Override
  void hang() throws IOException {
    Files.createFile(directory.resolve("home/hang"));
  }

  @Override
  void unhang() throws IOException {
    Files.delete(directory.resolve("home/hang"));
  }

  @AfterEach
  void endWhatTheFakeStarted() throws IOException {
    Path pid = directory.resolve("home/pid");
    if (Files.exists(pid)) {
      ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
          .filter(process -> process.info().command().orElse("").endsWith("sleep"))
          .ifPresent(ProcessHandle::destroyForcibly);
    }
  }
}
