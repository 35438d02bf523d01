package dev.metaops.proof;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Header;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Transport;
import dev.metaops.testing.TestChain;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node that knows one real block, from files, and answers through the product's own reading. */
record BlockFiles(Path folder, UnaryOperator<byte[]> saying) implements Transport {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** Beside the checkout; none where they are not. */
  static List<BlockFiles> all() {
    Path blocks = TestChain.checkout().resolve("../shared/data/blocks").normalize();
    if (!Files.isDirectory(blocks)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(blocks)) {
      return folders.sorted().map(folder -> new BlockFiles(folder, answer -> answer)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A node that says it changed. */
  BlockFiles changing(UnaryOperator<byte[]> how) {
    return new BlockFiles(folder, how);
  }

  String name() {
    return folder.getFileName().toString();
  }

  Header header() {
    long number = Long.decode(read("block.json").path("number").stringValue());
    return provider().header(number, soon()).orElseThrow();
  }

  List<FullReceipt> receipts(BlockRef block) {
    return provider().receipts(List.of(block), soon()).getFirst();
  }

  private Provider provider() {
    return new Provider(
        new JsonRpc(
            Endpoint.parse("files", "http://files.invalid"),
            this,
            Patience.STEADY,
            SystemTicker.SYSTEM,
            new SplittableRandom(1)));
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(30), SystemTicker.SYSTEM);
  }

  @Override
  public Outcome post(byte[] body, Deadline deadline) {
    JsonNode question = JSON.readTree(body);
    String answer =
        question.isArray() ? "[" + String.join(",", answers(question)) + "]" : answer(question);
    return new Outcome.Replied(
        200, Optional.empty(), saying.apply(answer.getBytes(StandardCharsets.UTF_8)));
  }

  private List<String> answers(JsonNode questions) {
    List<String> answers = new ArrayList<>();
    questions.forEach(question -> answers.add(answer(question)));
    return answers;
  }

  private String answer(JsonNode question) {
    JsonNode result =
        switch (question.path("method").stringValue()) {
          case "eth_getBlockByNumber" -> read("block.json");
          case "eth_getBlockReceipts" -> read("receipts.json");
          default -> throw new IllegalArgumentException(question.toString());
        };
    return "{\"jsonrpc\":\"2.0\",\"id\":" + question.path("id") + ",\"result\":" + result + "}";
  }

  private JsonNode read(String file) {
    try {
      return JSON.readTree(Files.readString(folder.resolve(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
