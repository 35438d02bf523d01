package dev.metaops.bench;

import dev.metaops.chain.Address;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.escrow.EscrowProfile;
import dev.metaops.proof.Bloom;
import dev.metaops.proof.Interest;
import dev.metaops.proof.ReceiptsTrie;
import dev.metaops.proof.Rooting;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Transport;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code bench/run density}: an estimate, not a measurement over time. It takes one real block for
 * all blocks of its chain, asks how often contracts nobody used would seem to be in its bloom, and
 * multiplies.
 */
public final class DensityBench {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int TRIES = 2_000;
  private static final int INSTANCES = 100;
  private static final double RATE = 330;
  private static final double SECONDS_A_DAY = 86_400;

  /** The standard poll: the head and its two tags, three headers each second. */
  private static final double HEADERS_A_SECOND = 3;

  private final SplittableRandom random = new SplittableRandom(3);
  private final Bloom bloom;
  private final double blocksADay;
  private final double seconds;
  private final long plain;
  private final long packed;
  private final long headerBytes;
  private final long packedHeader;

  private DensityBench(
      Bloom bloom, double seconds, long plain, long packed, long headerBytes, long packedHeader) {
    this.bloom = bloom;
    this.seconds = seconds;
    this.blocksADay = SECONDS_A_DAY / seconds;
    this.plain = plain;
    this.packed = packed;
    this.headerBytes = headerBytes;
    this.packedHeader = packedHeader;
  }

  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[1]);
    double seconds = 2;
    for (int at = 2; at + 1 < arguments.length; at += 2) {
      switch (arguments[at]) {
        case "--block" -> directory = Path.of(arguments[at + 1]);
        case "--seconds" -> seconds = Double.parseDouble(arguments[at + 1]);
        default -> {
          System.err.println("bench density: " + arguments[at] + " (expected: --block, --seconds)");
          System.exit(64);
        }
      }
    }
    if (!Files.isDirectory(directory)) {
      System.err.println("bench density: no " + directory + " (name another with --block DIR)");
      System.exit(3);
    }
    JsonNode block = JSON.readTree(directory.resolve("block.json"));
    JsonNode receipts = JSON.readTree(directory.resolve("receipts.json"));
    System.exit(run(block, receipts, seconds) ? 0 : 1);
  }

  private static boolean run(JsonNode block, JsonNode receipts, double seconds) throws IOException {
    Provider node = node(block, receipts);
    Deadline soon = Deadline.in(Duration.ofSeconds(30), SystemTicker.SYSTEM);
    Header header =
        node.header(Long.decode(block.path("number").stringValue()), soon).orElseThrow();
    List<FullReceipt> all = node.receipts(List.of(header.ref()), soon).getFirst();
    byte[] text = JSON.writeValueAsBytes(receipts);
    ObjectNode brief = ((ObjectNode) block).deepCopy();
    ArrayNode hashes = brief.putArray("transactions");
    block.path("transactions").forEach(one -> hashes.add(one.isString() ? one : one.path("hash")));
    byte[] asAsked = JSON.writeValueAsBytes(brief);
    DensityBench bench =
        new DensityBench(
            Bloom.of(header), seconds, text.length, packed(text), asAsked.length, packed(asAsked));
    boolean isProved = ReceiptsTrie.of(header.receiptsRoot(), all) instanceof Rooting.Rooted;
    say(
        "block %d: %d receipts, bloom %.0f %% full, %,d bytes of receipts (%,d gzipped), its root"
            + " %s",
        header.number(),
        all.size(),
        100 * bench.bloom.share(),
        bench.plain,
        bench.packed,
        isProved ? "recomputed" : "NOT recomputed");
    say("an estimate: each block like this one, one each %.1f s, none of ours in it", seconds);
    Set<Hash> topics = EscrowProfile.perOrder(Optional.empty(), Optional.empty()).watchedTopics();
    boolean forRegistry = bench.row("registry, one contract", 1, 0);
    boolean forTrades = bench.row(INSTANCES + " trade-instances", INSTANCES, topics.size());
    boolean met = isProved && forRegistry && forTrades;
    say(
        "density: %s: receipts recomputed, calls a second within %.0f at the head",
        met ? "met" : "NOT MET", RATE);
    return met;
  }

  /** Whether a node of so many calls a second keeps up. */
  private boolean row(String what, int contracts, int topics) {
    int positive = 0;
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Set<Address> addresses = new HashSet<>();
      while (addresses.size() < contracts) {
        addresses.add(Address.of(bytes(20)));
      }
      Set<Hash> first = new HashSet<>();
      while (first.size() < topics) {
        first.add(Hash.of(bytes(32)));
      }
      positive += new Interest(addresses, first).mayBeIn(bloom) ? 1 : 0;
    }
    double share = (double) positive / TRIES;
    double headers = HEADERS_A_SECOND * seconds + 1;
    double calls = headers + share;
    say(
        "  %-24s %5.1f %% of blocks have to be read; %,.0f calls a day (%.1f a block, %.1f a"
            + " second); %.1f GB a day plain, %.1f GB gzipped",
        what,
        100 * share,
        calls * blocksADay,
        calls,
        calls / seconds,
        blocksADay * (share * plain + headers * headerBytes) / 1e9,
        blocksADay * (share * packed + headers * packedHeader) / 1e9);
    return calls / seconds <= RATE;
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static long packed(byte[] text) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(text);
    }
    return packed.size();
  }

  /** A node that has this block alone. */
  private static Provider node(JsonNode block, JsonNode receipts) {
    Transport recorded =
        (body, _) -> {
          JsonNode asked = JSON.readTree(body);
          if (!asked.isArray()) {
            return replied(answer(asked, block, receipts));
          }
          ArrayNode answers = JSON.createArrayNode();
          asked.forEach(one -> answers.add(answer(one, block, receipts)));
          return replied(answers);
        };
    return new Provider(
        new JsonRpc(
            Endpoint.parse("recorded", "http://recorded.invalid"),
            recorded,
            Patience.ONCE,
            SystemTicker.SYSTEM,
            new SplittableRandom(1)));
  }

  private static ObjectNode answer(JsonNode asked, JsonNode block, JsonNode receipts) {
    ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
    answer.set("id", asked.path("id"));
    boolean isReceipts = asked.path("method").stringValue().equals("eth_getBlockReceipts");
    answer.set("result", isReceipts ? receipts : block);
    return answer;
  }

  private static Transport.Outcome replied(JsonNode answer) {
    return new Transport.Outcome.Replied(200, Optional.empty(), JSON.writeValueAsBytes(answer));
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
