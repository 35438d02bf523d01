package dev.metaops.testing;

import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A JVM of its own that runs a main class of this build, with its output in a file. */
public final class ServeProcess implements AutoCloseable {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

  private final Process process;
  private final Path output;

  /** A JVM takes no SIGINT whose parent takes none, as every command in the background. */
  private static final class Listening {
    static final List<String> TO_CTRL_C = words("/usr/bin/env", "--default-signal=INT");

    /** None where this system's {@code env} does not know it. */
    private static List<String> words(String... words) {
      try {
        List<String> tried = new ArrayList<>(List.of(words));
        tried.add("true");
        boolean isKnown =
            new ProcessBuilder(tried)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor()
                == 0;
        return isKnown ? List.of(words) : List.of();
      } catch (IOException none) {
        return List.of();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return List.of();
      }
    }
  }

  private ServeProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts it with nothing of this process's environment but these variables; without endpoints,
   * unless they say on which port.
   *
   * @param output both streams, appended
   */
  public static ServeProcess start(
      String mainClass, List<String> arguments, Map<String, String> environment, Path output) {
    List<String> command = new ArrayList<>(Listening.TO_CTRL_C);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            mainClass));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.environment().clear();
    builder.environment().put("METAOPS_PORT", "off");
    builder.environment().putAll(environment);
    try {
      Files.createDirectories(output.toAbsolutePath().getParent());
      return new ServeProcess(builder.start(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Process process() {
    return process;
  }

  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As Ctrl-C does. */
  public void interrupt() {
    try {
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Its exit code; fails when it does not end within this time. */
  public int awaitEnd(Duration most) {
    try {
      if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("still running after " + most + ":\n" + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Waits until this is so; fails with the output when it ends or does not become so. */
  public void await(String what, Duration most, BooleanSupplier isSo) {
    if (!becomes(most, () -> isSo.getAsBoolean() || !process.isAlive()) || !isSo.getAsBoolean()) {
      throw new IllegalStateException(
          "not within "
              + most
              + ": "
              + what
              + (process.isAlive() ? "" : " (it ended)")
              + "\n"
              + output());
    }
  }

  /** Whether it became so within this time. */
  public static boolean becomes(Duration most, BooleanSupplier isSo) {
    Deadline deadline = Deadline.in(most, SystemTicker.SYSTEM);
    try {
      while (!isSo.getAsBoolean()) {
        if (deadline.hasPassed()) {
          return false;
        }
        SystemTicker.SYSTEM.rest(BETWEEN_LOOKS);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
