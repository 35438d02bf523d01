package dev.metaops.pool;

import dev.metaops.store.Held;
import dev.metaops.store.PoolState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Two small files in the data directory: what the pool of the process that serves is, written by
 * it, and what it is asked for. Each is replaced as a whole.
 */
public final class PoolFile {
  private static final String SHAPE = "pool/1";
  private static final long MOST_BYTES = 1 << 16;
  private static final int MOST_WORD = 100;
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Path directory;

  public PoolFile(Path directory) {
    this.directory = directory;
  }

  private Path seen() {
    return directory.resolve("pool.json");
  }

  private Path request() {
    return directory.resolve("pool.reset");
  }

  /** Empty where no process wrote one that can be read. */
  public Optional<PoolSeen> read() {
    try {
      return Files.exists(seen()) && Files.size(seen()) <= MOST_BYTES
          ? Optional.of(parse(JSON.readTree(Files.readString(seen()))))
          : Optional.empty();
    } catch (IOException | RuntimeException unreadable) {
      return Optional.empty();
    }
  }

  void write(PoolSeen pool) throws IOException {
    replace(seen(), JSON.writeValueAsString(json(pool)));
  }

  /**
   * Asks the process that serves to renew its pool; it sees it within about a second.
   *
   * @param request a word that tells this one from others
   */
  public void ask(String request) throws IOException {
    replace(request(), request);
  }

  /** What is asked for. */
  Optional<String> asked() {
    try {
      return Files.exists(request()) && Files.size(request()) <= MOST_WORD
          ? Optional.of(Files.readString(request()))
          : Optional.empty();
    } catch (IOException | RuntimeException unreadable) {
      return Optional.empty();
    }
  }

  /** Nobody asks for it any more. */
  public void forget() throws IOException {
    Files.deleteIfExists(request());
  }

  private static void replace(Path file, String text) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.writeString(next, text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static ObjectNode json(PoolSeen pool) {
    PoolState state = pool.state();
    ObjectNode root =
        JSON.createObjectNode()
            .put("shape", SHAPE)
            .put("at", pool.at().toString())
            .put("process", pool.process())
            .put("place", pool.place())
            .put("leak_after_ms", pool.leakAfter().toMillis())
            .put("size", state.size())
            .put("idle", state.idle())
            .put("waiting", state.waiting())
            .put("opened", state.counts().opened())
            .put("lost", state.counts().lost())
            .put("timed_out", state.counts().timedOut())
            .put("taken_back", state.counts().takenBack());
    ArrayNode held = root.putArray("held");
    for (Held one : state.held()) {
      held.addObject()
          .put("thread", one.thread())
          .put("place", one.place())
          .put("since", one.since().toString())
          .put("held_ms", one.held().toMillis());
    }
    pool.reset()
        .ifPresent(reset -> {
          ObjectNode last =
              root.putObject("reset")
                  .put("request", reset.request())
                  .put("at", reset.at().toString())
                  .put("closed", reset.closed())
                  .put("trouble", reset.trouble());
          reset.takenBack().forEach(last.putArray("taken_back")::add);
          reset.kept().forEach(last.putArray("kept")::add);
        });
    return root;
  }

  private static PoolSeen parse(JsonNode root) {
    if (!root.path("shape").asString("").equals(SHAPE)) {
      throw new IllegalArgumentException("another shape");
    }
    List<Held> held = new ArrayList<>();
    for (JsonNode one : root.path("held")) {
      held.add(
          new Held(
              one.path("thread").stringValue(),
              one.path("place").stringValue(),
              Instant.parse(one.path("since").stringValue()),
              Duration.ofMillis(one.path("held_ms").longValue())));
    }
    return new PoolSeen(
        Instant.parse(root.path("at").stringValue()),
        root.path("process").longValue(),
        root.path("place").stringValue(),
        Duration.ofMillis(root.path("leak_after_ms").longValue()),
        new PoolState(
            root.path("size").intValue(),
            root.path("idle").intValue(),
            root.path("waiting").intValue(),
            held,
            new PoolState.Counts(
                root.path("opened").longValue(),
                root.path("lost").longValue(),
                root.path("timed_out").longValue(),
                root.path("taken_back").longValue())),
        reset(root.path("reset")));
  }

  private static Optional<PoolReset> reset(JsonNode last) {
    return last.isObject()
        ? Optional.of(
            new PoolReset(
                last.path("request").stringValue(),
                Instant.parse(last.path("at").stringValue()),
                last.path("closed").intValue(),
                texts(last.path("taken_back")),
                texts(last.path("kept")),
                last.path("trouble").stringValue()))
        : Optional.empty();
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.stringValue()));
    return texts;
  }
}
