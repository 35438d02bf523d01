package dev.metaops.main;

import dev.metaops.command.ExitCode;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the JVM watches once to start faster afterwards: the words and libraries of short commands.
 */
final class Training {
  private Training() {}

  static ExitCode run(Surroundings surroundings) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Surroundings quiet =
        new Surroundings(
            Map.of(),
            surroundings.workingDirectory(),
            surroundings.home(),
            Set.of(),
            surroundings.in(),
            nowhere,
            nowhere);
    for (List<String> words :
        List.of(
            List.of("order", "check-stuck", "2"),
            List.of("order", "fix", "x", "SETTLED", "because", "--dry-run"),
            List.of("config", "show"),
            List.of("config", "check", "-o", "json"))) {
      Main.run(words, quiet);
    }
    return ExitCode.FINE;
  }
}
