package dev.metaops.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.TestChain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ArtifactTest {
  @Test
  void recompilingGivesTheCommittedBytes() throws IOException, InterruptedException {
    Path contracts = TestChain.checkout().resolve("contracts");
    assertThat(Files.isDirectory(contracts.resolve("node_modules/solc")))
        .as("the Solidity compiler is not installed in contracts/: run ./check, which installs it")
        .isTrue();
    Path output = Files.createTempFile("metaops-compile-", ".txt");
    try {
      Process compile =
          new ProcessBuilder("node", "compile.mjs", "--check")
              .directory(contracts.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = compile.waitFor(60, TimeUnit.SECONDS);
      compile.destroyForcibly();
      assertThat(ended).as("node compile.mjs --check ends within 60 s").isTrue();
      assertThat(compile.exitValue()).as(Files.readString(output, StandardCharsets.UTF_8)).isZero();
    } finally {
      Files.delete(output);
    }
  }
}
