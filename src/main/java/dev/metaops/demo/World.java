package dev.metaops.demo;

import dev.metaops.chain.Address;
import dev.metaops.config.Configuration;
import dev.metaops.config.Where;
import dev.metaops.postgres.DurableFiles;
import dev.metaops.postgres.EmbeddedPostgres;
import dev.metaops.postgres.PostgresUnavailable;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/**
 * One run's world: a chain with the contract on it, databases of its own on the demo's server, a
 * listener not yet started, and the files by which {@code --demo} finds it. Closing takes it down;
 * so does the end of the process, and after {@code kill -9} the next {@link #open}.
 */
final class World implements AutoCloseable {
  private static final long CHAIN_ID = 31_337;
  private static final Duration BLOCK_TIME = Duration.ofSeconds(1);
  private static final int SLOTS_IN_AN_EPOCH = 2;

  /** Blocks from included to final on this chain. */
  static final int BLOCKS_TO_FINAL = 2 * SLOTS_IN_AN_EPOCH;

  /** How long in one state is too long, here where minutes are seconds. */
  static final Duration STUCK_AFTER = Duration.ofSeconds(20);

  private static final Duration STALE_AFTER = Duration.ofSeconds(3);

  /**
   * Where the world is.
   *
   * @param run its name
   * @param directory its own files
   * @param variables the file {@code --demo} reads
   */
  record Place(String run, Path directory, Path variables) {}

  private final Takedown takedown;
  private final Place place;
  private final LocalChain chain;
  private final Anvil anvil;
  private final LocalChain.Deployed contract;
  private final WorldStore store;
  private final VenueStore venue;
  private final Listener listener;
  private final Configuration configuration;

  private World(
      Takedown takedown,
      Place place,
      Chained chained,
      Stored stored,
      VenueStore venue,
      Listener listener,
      Configuration configuration) {
    this.takedown = takedown;
    this.place = place;
    this.chain = chained.chain;
    this.anvil = chained.anvil;
    this.contract = chained.contract;
    this.store = stored.store;
    this.venue = venue;
    this.listener = listener;
    this.configuration = configuration;
  }

  /** The chain's half of a beginning. */
  private record Chained(Anvil anvil, LocalChain chain, LocalChain.Deployed contract) {}

  /** The databases' half. */
  private record Stored(WorldStore store, WorldStore.Logins logins) {}

  /**
   * Ends what killed demos left in this data directory and makes a new world.
   *
   * @param metaops the command line that starts metaops, before its words
   * @param progress hears a short phrase before each step that takes time; from several threads
   * @throws WorldFailure when it cannot be, saying why
   * @throws AnvilFailure when the chain does not start
   */
  static World open(
      Path dataDirectory, List<String> metaops, Ticker ticker, Consumer<String> progress) {
    return open(Takedown.atEndOfProcess(), dataDirectory, metaops, ticker, progress);
  }

  static World open(
      Takedown takedown,
      Path dataDirectory,
      List<String> metaops,
      Ticker ticker,
      Consumer<String> progress) {
    try {
      return open(Grounds.take(dataDirectory), takedown, metaops, ticker, progress);
    } catch (RuntimeException e) {
      takedown.close();
      throw e;
    }
  }

  private static World open(
      Grounds grounds,
      Takedown takedown,
      List<String> metaops,
      Ticker ticker,
      Consumer<String> progress) {
    takedown.later(grounds::close);
    clear(grounds, progress);
    Path directory = grounds.newWorld(ticker.now());
    takedown.later(() -> DurableFiles.deleteTree(directory));
    var place = new Place(Grounds.run(directory), directory, grounds.variables());

    FutureTask<Stored> storing =
        begun("demo/databases", () -> stored(grounds, place, takedown, ticker, progress));
    FutureTask<Chained> chaining =
        begun("demo/chain", () -> chained(directory, takedown, ticker, progress));
    Stored stored = joined(storing);
    Chained chained = joined(chaining);

    Path variables = directory.resolve("world.env");
    int port = freePort();
    List<String> lines = write(directory, variables, chained, stored.logins, port);
    Listener listener = new Listener(metaops, directory, variables);
    takedown.later(listener::close);
    VenueStore venue = new VenueStore(stored.logins.venue(), ticker);
    takedown.later(venue::close);
    grounds.announce(lines);
    takedown.later(grounds::withdraw);
    return new World(
        takedown, place, chained, stored, venue, listener, configuration(directory, variables));
  }

  /** What earlier demos left: processes now, databases once the server is up. */
  private static void clear(Grounds grounds, Consumer<String> progress) {
    List<Path> remains = grounds.remains();
    if (!remains.isEmpty()) {
      progress.accept("clearing away what an earlier demo left");
    }
    grounds.withdraw();
    for (Path left : remains) {
      Listener.endRemains(left);
      Anvil.endRemains(chainIn(left));
      try {
        DurableFiles.deleteTree(left);
      } catch (IOException e) {
        throw new WorldFailure(left + " cannot be removed: " + e + " (delete it)", e);
      }
    }
  }

  private static Stored stored(
      Grounds grounds, Place place, Takedown takedown, Ticker ticker, Consumer<String> progress)
      throws InterruptedException {
    try {
      EmbeddedPostgres postgres = EmbeddedPostgres.open(grounds.postgres(), ticker, progress);
      takedown.later(postgres::close);
      WorldStore store = new WorldStore(postgres, place.run(), ticker);
      takedown.later(store::drop);
      progress.accept("making the databases");
      WorldStore.Logins logins = store.make(postgres);
      store.dropRemains();
      return new Stored(store, logins);
    } catch (PostgresUnavailable e) {
      throw new WorldFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private static Chained chained(
      Path directory, Takedown takedown, Ticker ticker, Consumer<String> progress) {
    Path devchain = Devchain.ready(ticker, progress);
    progress.accept("starting the chain");
    Anvil anvil =
        Anvil.start(
            Anvil.Options.in(devchain, chainIn(directory))
                .withChainId(CHAIN_ID)
                .withSlotsInAnEpoch(SLOTS_IN_AN_EPOCH)
                .withMining(new Mining.Every(BLOCK_TIME)),
            ticker);
    takedown.later(anvil::close);
    var chain = new LocalChain(anvil.url(), ticker);
    List<Address> accounts = chain.accounts();
    accounts.forEach(chain::endow);
    Address arbiter = accounts.getFirst();
    return new Chained(
        anvil, chain, chain.deploy(arbiter, RegistryContract.load().deployment(arbiter)));
  }

  private static Path chainIn(Path directory) {
    return directory.resolve("chain");
  }

  private static <T> FutureTask<T> begun(String name, Callable<T> half) {
    var task = new FutureTask<T>(half);
    Thread.ofVirtual().name(name).start(task);
    return task;
  }

  private static <T> T joined(FutureTask<T> half) {
    try {
      return half.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new WorldFailure("the demo's world could not be made: " + e.getCause(), e);
    } catch (InterruptedException e) {
      throw WorldFailure.interrupted(e);
    }
  }

  /** What has a variable goes into the one file, what has none into the other. */
  private static List<String> write(
      Path directory, Path variables, Chained chained, WorldStore.Logins logins, int port) {
    Path settings = directory.resolve("metaops.toml");
    List<String> lines =
        List.of(
            "# The demo's world. For psql: psql \"$VENUE_DATABASE_URL\"",
            "METAOPS_CONFIG=" + settings,
            "METAOPS_ENVIRONMENT=demo",
            "METAOPS_PORT=" + port,
            "METAOPS_DATA_DIR=" + directory.resolve("data"),
            "DATABASE_URL=" + logins.metaops().secretText(),
            "DATABASE_DIRECT_URL=" + logins.administrator().secretText(),
            "OPS_DATABASE_URL=" + logins.ops().secretText(),
            "VENUE_DATABASE_URL=" + logins.venue().secretText(),
            "RPC_URL=" + chained.anvil.url(),
            "RPC_WS_URL=" + chained.anvil.webSocketUrl(),
            "EXPECTED_CHAIN_ID=" + CHAIN_ID,
            "ESCROW_CONTRACT_ADDRESS=" + chained.contract.address().text());
    String toml =
        """
        [orders]
        mode = "own"
        guard = "enforce"
        stuck-after = "%ds"

        [escrow]
        from-block = %d

        [listen]
        stale-after = "%ds"

        [http]
        details = "open"
        """
            .formatted(STUCK_AFTER.toSeconds(), chained.contract.block(), STALE_AFTER.toSeconds());
    try {
      PrivateFiles.createDirectory(directory.resolve("data"));
      PrivateFiles.write(settings, toml);
      PrivateFiles.write(variables, String.join("\n", lines) + "\n");
      return lines;
    } catch (IOException e) {
      throw new WorldFailure(directory + " cannot be written: " + e, e);
    }
  }

  /** The same for every listener of this world, so that its page stays where it is. */
  private static int freePort() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    } catch (IOException e) {
      throw new WorldFailure("no port is free for the demo's endpoints: " + e.getMessage(), e);
    }
  }

  private static Configuration configuration(Path directory, Path variables) {
    return Configuration.read(
        new Where(
            Map.of(),
            Optional.of(variables),
            Optional.empty(),
            Where.UsualFile.LOOKED_FOR,
            directory,
            directory));
  }

  Place place() {
    return place;
  }

  /** As the verbs read it with {@code --demo}. */
  Configuration configuration() {
    return configuration;
  }

  /** Where a browser sees this world while its listener runs. */
  String page() {
    return "http://127.0.0.1:" + configuration.settings().http().port().orElseThrow() + "/";
  }

  LocalChain chain() {
    return chain;
  }

  long anvilPid() {
    return anvil.pid();
  }

  long chainId() {
    return CHAIN_ID;
  }

  Address contract() {
    return contract.address();
  }

  WorldStore store() {
    return store;
  }

  VenueStore venue() {
    return venue;
  }

  Listener listener() {
    return listener;
  }

  /** Ends every process of this world and removes its data. Idempotent. */
  @Override
  public void close() {
    takedown.close();
  }
}
