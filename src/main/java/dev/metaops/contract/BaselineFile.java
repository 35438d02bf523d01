package dev.metaops.contract;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code contracts.json} in the data directory, mode 0600: one baseline for each chain and address.
 * Replaced as a whole and synced, so that no crash leaves half of it.
 */
public final class BaselineFile {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int VERSION = 1;

  private final Path file;

  /** Touches nothing yet. */
  public BaselineFile(Path directory) {
    this.file = directory.resolve("contracts.json");
  }

  public Path file() {
    return file;
  }

  /**
   * The baseline of this address, on this chain if there is one, else on another.
   *
   * @throws IOException with one sentence when the file is there and cannot be read
   */
  public Optional<Baseline> find(Address address, long chainId) throws IOException {
    List<Baseline> ofAddress =
        all().stream().filter(each -> each.address().equals(address)).toList();
    return ofAddress.stream()
        .filter(each -> each.chainId() == chainId)
        .findFirst()
        .or(() -> ofAddress.stream().findFirst());
  }

  /** On the disk when this returns; the other baselines stay. */
  public void put(Baseline baseline) throws IOException {
    List<Baseline> all = new ArrayList<>(all());
    all.removeIf(
        each -> each.address().equals(baseline.address()) && each.chainId() == baseline.chainId());
    all.add(baseline);
    ObjectNode root = JSON.createObjectNode().put("version", VERSION);
    ArrayNode contracts = root.putArray("contracts");
    all.forEach(each -> contracts.add(json(each)));
    replace(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
  }

  private List<Baseline> all() throws IOException {
    try {
      JsonNode root = JSON.readTree(Files.readString(file));
      if (root.path("version").asInt(0) != VERSION) {
        throw new IOException(
            file + ": version " + root.path("version") + " (expected: " + VERSION + ")");
      }
      List<Baseline> all = new ArrayList<>();
      for (JsonNode each : root.required("contracts")) {
        all.add(baseline(each));
      }
      return all;
    } catch (NoSuchFileException absent) {
      return List.of();
    } catch (JacksonException | IllegalArgumentException | DateTimeException damaged) {
      throw new IOException(
          file + ": damaged, " + damaged.getMessage() + " (restore it, or delete it and pin anew)",
          damaged);
    }
  }

  private static ObjectNode json(Baseline baseline) {
    ObjectNode json = JSON.createObjectNode();
    baseline
        .values()
        .forEach((name, value) -> {
          if (!value.equals("none")) {
            json.put(name, value);
          }
        });
    return json.put("who", baseline.who())
        .put("when", baseline.when().toString())
        .put("block", baseline.block().number())
        .put("block-hash", baseline.block().hash().text());
  }

  private static Baseline baseline(JsonNode json) {
    return new Baseline(
        Long.parseLong(json.required("chain-id").stringValue()),
        new Address(json.required("address").stringValue()),
        new Hash(json.required("code-hash").stringValue()),
        new Hash(json.required("instructions-hash").stringValue()),
        text(json, "implementation").map(Address::new),
        text(json, "implementation-hash").map(Hash::new),
        text(json, "admin").map(Address::new),
        text(json, "owner").map(Address::new),
        text(json, "arbiter").map(Address::new),
        text(json, "paused").map(Boolean::parseBoolean),
        text(json, "artifact"),
        json.required("who").stringValue(),
        Instant.parse(json.required("when").stringValue()),
        new BlockRef(
            json.required("block").longValue(),
            new Hash(json.required("block-hash").stringValue())));
  }

  private static Optional<String> text(JsonNode json, String field) {
    return json.has(field) ? Optional.of(json.required(field).stringValue()) : Optional.empty();
  }

  private void replace(String text) throws IOException {
    Path directory = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
    Files.createDirectories(directory);
    Path next = file.resolveSibling("contracts.json.next");
    Files.deleteIfExists(next);
    Files.createFile(
        next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel synced = FileChannel.open(directory, StandardOpenOption.READ)) {
      synced.force(true);
    }
  }
}
