package dev.metaops.demo;

import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A local EVM node on loopback: a child process that outlives this one if it is killed, and is then
 * found by its pid file ({@link #endRemains}). Its accounts are unlocked; it is for development
 * only. Thread-safe.
 */
public final class Anvil implements AutoCloseable {
  private static final String BINARY = "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil";
  private static final String PID_FILE = "anvil.pid";
  private static final String LOG_FILE = "anvil.log";
  private static final Duration START_WITHIN = Duration.ofSeconds(20);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(5);
  private static final int ANSWER_MILLIS = 1000;
  private static final int SHOWN_LOG_BYTES = 2000;

  /**
   * What to start.
   *
   * @param devchain the folder where {@code npm install} put anvil
   * @param directory holds the pid file, the node's error output and its cache; made when missing
   * @param port on 127.0.0.1; empty takes a free one
   * @param chainId at least 1
   * @param slotsInAnEpoch safe is this many blocks behind the latest, finalized twice as many
   * @param accounts how many unlocked accounts there are, 1 to 1000, 10,000 coins each
   * @param keptStates how many blocks' states stay readable, all in memory; no reorg may go deeper
   */
  public record Options(
      Path devchain,
      Path directory,
      OptionalInt port,
      long chainId,
      int slotsInAnEpoch,
      Mining mining,
      int accounts,
      int keptStates) {
    public Options {
      atLeast("chain id", chainId, 1);
      atLeast("slots in an epoch", slotsInAnEpoch, 1);
      atLeast("accounts", accounts, 1);
      atLeast("kept states", keptStates, 1);
      if (accounts > 1000) {
        throw new IllegalArgumentException("accounts: " + accounts + " (expected: 1-1000)");
      }
      port.ifPresent(number -> {
        if (number < 1 || number > 65_535) {
          throw new IllegalArgumentException("port: " + number + " (expected: 1-65535)");
        }
      });
    }

    /** Chain 31337 on a free port, a block for each transaction, finalized four blocks behind. */
    public static Options in(Path devchain, Path directory) {
      return new Options(
          devchain,
          directory,
          OptionalInt.empty(),
          31_337,
          2,
          new Mining.EachTransaction(),
          10,
          256);
    }

    public Options withPort(int number) {
      return new Options(
          devchain,
          directory,
          OptionalInt.of(number),
          chainId,
          slotsInAnEpoch,
          mining,
          accounts,
          keptStates);
    }

    public Options withChainId(long id) {
      return new Options(
          devchain, directory, port, id, slotsInAnEpoch, mining, accounts, keptStates);
    }

    public Options withSlotsInAnEpoch(int slots) {
      return new Options(devchain, directory, port, chainId, slots, mining, accounts, keptStates);
    }

    public Options withMining(Mining when) {
      return new Options(
          devchain, directory, port, chainId, slotsInAnEpoch, when, accounts, keptStates);
    }

    public Options withAccounts(int count) {
      return new Options(
          devchain, directory, port, chainId, slotsInAnEpoch, mining, count, keptStates);
    }

    public Options withKeptStates(int count) {
      return new Options(
          devchain, directory, port, chainId, slotsInAnEpoch, mining, accounts, count);
    }

    private static void atLeast(String name, long value, long least) {
      if (value < least) {
        throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
      }
    }
  }

  /** What {@link #endRemains} found. */
  public enum Remains {
    /** No pid file, or no process behind it. */
    NONE,
    /** A node was still running and has been ended. */
    ENDED,
    /** The pid now belongs to another program, which was left alone. */
    NOT_OURS
  }

  private final Process process;
  private final Path pidFile;
  private final int port;

  private Anvil(Process process, Path pidFile, int port) {
    this.process = process;
    this.pidFile = pidFile;
    this.port = port;
  }

  /** Whether {@code npm install} has put anvil into this folder. */
  static boolean isInstalledIn(Path devchain) {
    return Files.isExecutable(devchain.resolve(BINARY));
  }

  /**
   * Starts a node and waits for its first answer, at most 20 s.
   *
   * @throws AnvilFailure if it is not installed, its port is taken, or it ends or stays silent
   */
  public static Anvil start(Options options, Ticker ticker) {
    Path binary = options.devchain().resolve(BINARY);
    if (!Files.isExecutable(binary)) {
      throw new AnvilFailure(
          "anvil is not installed: no "
              + binary
              + " (run ./check, or npm install --no-save in devchain/)");
    }
    int port = freePort(options.port());
    Path log = options.directory().resolve(LOG_FILE);
    Anvil anvil = launch(binary, port, options, log);
    try {
      anvil.awaitAnswer(options.chainId(), log, ticker);
      return anvil;
    } catch (RuntimeException e) {
      anvil.close();
      throw e;
    }
  }

  /**
   * Ends a node that an earlier, killed process left in this directory. Does nothing when there is
   * none; repeatable.
   */
  public static Remains endRemains(Path directory) {
    Path pidFile = directory.resolve(PID_FILE);
    try {
      Optional<ProcessHandle> left =
          Files.exists(pidFile)
              ? ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()))
              : Optional.empty();
      Remains remains =
          left.filter(ProcessHandle::isAlive)
              .map(handle -> endIfOurs(handle, directory))
              .orElse(Remains.NONE);
      Files.deleteIfExists(pidFile);
      return remains;
    } catch (NumberFormatException e) {
      throw new AnvilFailure(pidFile + ": not a process id (delete the file and try again)", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it answers JSON-RPC over HTTP. */
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Where it answers JSON-RPC over WebSocket. */
  public String webSocketUrl() {
    return "ws://127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  public long pid() {
    return process.pid();
  }

  /** Ends the node: asks, waits 3 s, then kills. Idempotent. */
  @Override
  public void close() {
    Ending.of(process.toHandle());
    try {
      Files.deleteIfExists(pidFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Anvil launch(Path binary, int port, Options options, Path log) {
    try {
      Files.createDirectories(options.directory());
      Process process =
          new ProcessBuilder(command(binary, port, options))
              .directory(options.directory().toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(log.toFile())
              .start();
      Path pidFile = options.directory().resolve(PID_FILE);
      Anvil anvil = new Anvil(process, pidFile, port);
      try {
        Files.writeString(pidFile, process.pid() + "\n");
      } catch (IOException e) {
        anvil.close();
        throw e;
      }
      return anvil;
    } catch (IOException e) {
      throw new AnvilFailure("anvil did not start: " + e.getMessage(), e);
    }
  }

  private static List<String> command(Path binary, int port, Options options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                binary.toAbsolutePath().toString(),
                "--quiet",
                "--no-cors",
                "--host=127.0.0.1",
                "--port=" + port,
                "--chain-id=" + options.chainId(),
                "--slots-in-an-epoch=" + options.slotsInAnEpoch(),
                "--accounts=" + options.accounts(),
                // Without both, states spill to the home directory and stay there.
                "--prune-history=" + options.keptStates(),
                cacheArgument(options.directory())));
    switch (options.mining()) {
      case Mining.EachTransaction() -> {}
      case Mining.Every(Duration blockTime) ->
          command.add("--block-time=" + blockTime.toMillis() / 1000.0);
      case Mining.OnRequest() -> command.add("--no-mining");
    }
    return command;
  }

  private void awaitAnswer(long chainId, Path log, Ticker ticker) {
    Deadline deadline = Deadline.in(START_WITHIN, ticker);
    while (process.isAlive() && !deadline.hasPassed()) {
      Optional<String> answered = askChainId();
      if (answered.isPresent() && process.isAlive()) {
        String expected = "0x" + Long.toHexString(chainId);
        if (!answered.get().equals(expected)) {
          throw new AnvilFailure(
              url() + " answers chain id " + answered.get() + " (expected: " + expected + ")");
        }
        return;
      }
      rest(ticker);
    }
    throw new AnvilFailure(
        (process.isAlive()
                ? "anvil gave no answer at " + url() + " within " + START_WITHIN.toSeconds() + " s"
                : "anvil ended at once with code " + process.exitValue())
            + "; it said: "
            + tail(log));
  }

  private Optional<String> askChainId() {
    try {
      var connection = (HttpURLConnection) URI.create(url()).toURL().openConnection();
      connection.setConnectTimeout(ANSWER_MILLIS);
      connection.setReadTimeout(ANSWER_MILLIS);
      connection.setRequestProperty("Content-Type", "application/json");
      connection.setDoOutput(true);
      try (var out = connection.getOutputStream()) {
        out.write(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\",\"params\":[]}"
                .getBytes(StandardCharsets.UTF_8));
      }
      try (var in = connection.getInputStream()) {
        return Optional.of(JsonMapper.shared().readTree(in).path("result").asString(""));
      }
    } catch (IOException | JacksonException e) {
      return Optional.empty();
    }
  }

  private static void rest(Ticker ticker) {
    try {
      ticker.rest(BETWEEN_ATTEMPTS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AnvilFailure("interrupted while anvil was starting", e);
    }
  }

  private static int freePort(OptionalInt wanted) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted.orElse(0)));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new AnvilFailure(
          "port "
              + wanted.orElse(0)
              + " on 127.0.0.1 is taken (end what listens there, or name"
              + " another port)",
          e);
    }
  }

  private static Remains endIfOurs(ProcessHandle left, Path directory) {
    boolean ours =
        left.info()
            .arguments()
            .map(arguments -> List.of(arguments).contains(cacheArgument(directory)))
            .orElse(false);
    if (!ours) {
      return Remains.NOT_OURS;
    }
    Ending.of(left);
    return Remains.ENDED;
  }

  private static String cacheArgument(Path directory) {
    return "--cache-path=" + directory.resolve("cache").toAbsolutePath();
  }

  private static String tail(Path log) {
    try {
      byte[] bytes = Files.readAllBytes(log);
      int from = Math.max(0, bytes.length - SHOWN_LOG_BYTES);
      String text = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8).strip();
      return text.isEmpty() ? "nothing" : text;
    } catch (IOException e) {
      return "nothing readable (" + e.getMessage() + ")";
    }
  }
}
