package dev.metaops.rpc;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Hex;
import dev.metaops.chain.Log;
import dev.metaops.chain.Receipt;
import dev.metaops.time.Deadline;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * One node, asked in the chain's own words. Answers are checked as far as one answer alone can be:
 * shapes, ranges, that it is about what was asked, that its parts agree. Every call throws {@link
 * RpcUnavailable} when there is no usable answer within its deadline. Thread-safe.
 */
public final class Provider {
  private static final Comparator<Log> PLACE =
      Comparator.<Log>comparingLong(log -> log.block().number()).thenComparingInt(Log::index);

  private static final long METHOD_NOT_FOUND = -32601;

  /** Of EIP-1474. */
  private static final long METHOD_NOT_SUPPORTED = -32004;

  private final JsonRpc rpc;

  /** For following, the most urgent purpose. */
  public Provider(JsonRpc rpc) {
    this.rpc = rpc;
  }

  /** The same node with its budget and all that is known of it, asked for this purpose. */
  public Provider as(Purpose purpose) {
    JsonRpc other = rpc.as(purpose);
    return other == rpc ? this : new Provider(other);
  }

  /** The same node, asked within this budget; to be said before it is asked. */
  public Provider within(Budget budget) {
    return new Provider(rpc.within(budget));
  }

  /** Whether it is the same node, whatever it is asked for. */
  public boolean isSameNode(Provider other) {
    return rpc.manners() == other.rpc.manners();
  }

  JsonRpc rpc() {
    return rpc;
  }

  /** Questions sent to it so far, each of a batch and each repetition counted. */
  public long calls() {
    return rpc.allowance().calls();
  }

  /** What it takes at once, as far as its refusals have said. */
  public Limits limits() {
    return rpc.manners().limits(rpc.allowance().pace());
  }

  public Endpoint endpoint() {
    return rpc.endpoint();
  }

  public long chainId(Deadline deadline) {
    return number(Request.of("eth_chainId"), deadline);
  }

  /** Throws {@link RpcFailure.WrongChain} unless the node belongs to this chain. */
  public void requireChain(long expected, Deadline deadline) {
    long got = chainId(deadline);
    if (got != expected) {
      throw new RpcUnavailable(endpoint(), new RpcFailure.WrongChain(expected, got));
    }
  }

  /**
   * Latest, safe and finalized block, asked together. A tag the node does not know, or that is for
   * a moment ahead of its latest block, is absent.
   */
  public ChainHead head(Deadline deadline) {
    List<Answer> answers =
        rpc.batch(
            List.of(blockByTag("finalized"), blockByTag("safe"), blockByTag("latest")), deadline);
    return checked(
        "eth_getBlockByNumber",
        () -> {
          Header latest =
              block(required(answers.get(2)))
                  .orElseThrow(() -> new IllegalArgumentException("no latest block"));
          return new ChainHead(
              latest,
              tagged(answers.get(1)).filter(ref -> ref.number() <= latest.number()),
              tagged(answers.get(0)).filter(ref -> ref.number() <= latest.number()));
        });
  }

  /** How large the answer about the latest block is, without its transactions' bodies, in bytes. */
  public int latestBlockBytes(Deadline deadline) {
    return rpc.call(blockByTag("latest"), deadline).toString().length();
  }

  /** The canonical block of this number, absent when the node has none yet. */
  public Optional<Header> header(long number, Deadline deadline) {
    return headers(List.of(number), deadline).getFirst();
  }

  /** This block, absent when the node does not know it (any more). */
  public Optional<Header> header(Hash hash, Deadline deadline) {
    JsonNode result = rpc.call(Request.of("eth_getBlockByHash", text(hash), no()), deadline);
    return checked(
        "eth_getBlockByHash",
        () -> {
          Optional<Header> header = block(result);
          header.ifPresent(found -> expect("hash", hash, found.hash()));
          return header;
        });
  }

  /**
   * The canonical blocks of these numbers, in the order asked, each absent when the node has none.
   * They are separate answers: a reorg between two of them shows as a parent that does not link.
   */
  public List<Optional<Header>> headers(List<Long> numbers, Deadline deadline) {
    List<Request> requests =
        numbers.stream()
            .map(number -> Request.of("eth_getBlockByNumber", quantity(number), no()))
            .toList();
    List<Answer> answers = rpc.batch(requests, deadline);
    return checked(
        "eth_getBlockByNumber",
        () -> {
          List<Optional<Header>> headers = new ArrayList<>(numbers.size());
          for (int at = 0; at < numbers.size(); at++) {
            long number = numbers.get(at);
            Optional<Header> header = block(required(answers.get(at)));
            header.ifPresent(found -> expect("number", number, found.number()));
            headers.add(header);
          }
          return headers;
        });
  }

  /**
   * The logs of exactly this block by these contracts (at least one), in order. {@link
   * RpcFailure.Behind} when the node does not have the block.
   */
  public List<Log> logs(BlockRef block, Set<Address> addresses, Deadline deadline) {
    LogFilter filter = LogFilter.of(addresses);
    ObjectNode query = query(filter).put("blockHash", block.hash().text());
    JsonNode result = rpc.call(Request.of("eth_getLogs", query), deadline);
    return checked(
        "eth_getLogs",
        () -> {
          for (JsonNode log : array("logs", result)) {
            if (Wire.isRemoved(log)) {
              throw new IllegalArgumentException("a removed log in block " + block);
            }
          }
          List<Log> logs = logs(result, filter);
          logs.forEach(log -> expect("block of a log", block, log.block()));
          return logs;
        });
  }

  /**
   * The logs of these blocks (both ends included), in order; where the node finds the range too
   * wide it is asked in parts, as wide as it said or was found to take, and so from then on. Logs
   * marked as removed are left out. The node may leave out others: this is never proof of absence.
   */
  public List<Log> logs(long from, long to, LogFilter filter, Deadline deadline) {
    if (from < 0 || from > to) {
      throw new IllegalArgumentException("blocks: " + from + "-" + to + " (expected: ascending)");
    }
    Manners manners = rpc.manners();
    List<Log> logs = new ArrayList<>();
    long most = Long.MAX_VALUE;
    long next = from;
    while (next <= to) {
      long asked = Math.min(to - next + 1, Math.min(most, manners.blocks()));
      try {
        logs.addAll(logsOfRange(next, next + asked - 1, filter, deadline));
        manners.blocksFitted(asked);
        next += asked;
        most = Long.MAX_VALUE;
      } catch (RpcUnavailable refused) {
        if (asked == 1) {
          throw refused;
        }
        most = manners.blocksRefused(asked, excess(refused));
      }
    }
    return logs;
  }

  private static Excess excess(RpcUnavailable refused) {
    return switch (refused.failure()) {
      case RpcFailure.RangeTooWide(_, Excess excess) -> excess;
      case RpcFailure.TooLarge _ -> Excess.of(Excess.Of.BYTES);
      case RpcFailure.Unreachable _,
          RpcFailure.NoAnswer _,
          RpcFailure.Tls _,
          RpcFailure.KeyRefused _,
          RpcFailure.Quota _,
          RpcFailure.Garbage _,
          RpcFailure.WrongChain _,
          RpcFailure.Behind _,
          RpcFailure.NoArchive _,
          RpcFailure.Reverted _,
          RpcFailure.ErrorAnswer _,
          RpcFailure.Lied _,
          RpcFailure.Quarantined _,
          RpcFailure.Stopped _ ->
          throw refused;
    };
  }

  private List<Log> logsOfRange(long from, long to, LogFilter filter, Deadline deadline) {
    ObjectNode query = query(filter).put("fromBlock", hex(from)).put("toBlock", hex(to));
    JsonNode result = rpc.call(Request.of("eth_getLogs", query), deadline);
    return checked(
        "eth_getLogs",
        () -> {
          List<Log> logs = logs(result, filter);
          for (Log log : logs) {
            if (log.block().number() < from || log.block().number() > to) {
              throw new IllegalArgumentException(
                  "a log of block " + log.block() + " (asked: " + from + "-" + to + ")");
            }
          }
          return logs;
        });
  }

  private static List<Log> logs(JsonNode result, LogFilter filter) {
    List<Log> logs = new ArrayList<>();
    for (JsonNode node : array("logs", result)) {
      if (!Wire.isRemoved(node)) {
        Log log = Wire.log(node);
        if (!filter.accepts(log)) {
          throw new IllegalArgumentException("a log of " + log.address() + " that was not asked");
        }
        logs.add(log);
      }
    }
    logs.sort(PLACE);
    Wire.ascending(logs);
    return logs;
  }

  /** What this transaction did, absent while no canonical block holds it. */
  public Optional<Receipt> receipt(Hash transaction, Deadline deadline) {
    JsonNode result =
        rpc.call(Request.of("eth_getTransactionReceipt", text(transaction)), deadline);
    return checked(
        "eth_getTransactionReceipt",
        () -> {
          if (result.isNull()) {
            return Optional.empty();
          }
          Receipt receipt = Wire.receipt(result);
          expect("transaction", transaction, receipt.transaction());
          return Optional.of(receipt);
        });
  }

  /**
   * Every receipt of exactly these blocks, in their order, asked together. A node without {@code
   * eth_getBlockReceipts} is asked for each transaction. {@link RpcFailure.Behind} when the node
   * does not have one of the blocks (any more).
   */
  public List<List<FullReceipt>> receipts(List<BlockRef> blocks, Deadline deadline) {
    if (rpc.manners().lacksBlockReceipts()) {
      return blocks.stream().map(block -> receiptsOneByOne(block, deadline)).toList();
    }
    List<Answer> answers =
        rpc.batch(
            blocks.stream()
                .map(block -> Request.of("eth_getBlockReceipts", text(block.hash())))
                .toList(),
            deadline);
    if (answers.stream().anyMatch(Provider::isUnknownMethod)) {
      rpc.manners().learnThatBlockReceiptsAreMissing();
      return receipts(blocks, deadline);
    }
    return checked(
        "eth_getBlockReceipts",
        () -> {
          List<List<FullReceipt>> receipts = new ArrayList<>(blocks.size());
          for (int at = 0; at < blocks.size(); at++) {
            receipts.add(receiptsOf(blocks.get(at), required(answers.get(at))));
          }
          return receipts;
        });
  }

  private static boolean isUnknownMethod(Answer answer) {
    return answer instanceof Answer.Failed(RpcFailure.ErrorAnswer(long code, _))
        && (code == METHOD_NOT_FOUND || code == METHOD_NOT_SUPPORTED);
  }

  private List<FullReceipt> receiptsOf(BlockRef block, JsonNode result) {
    if (result.isNull()) {
      throw new RpcUnavailable(
          endpoint(), new RpcFailure.Behind("it does not have block " + block));
    }
    List<FullReceipt> receipts = new ArrayList<>();
    for (JsonNode node : array("receipts", result)) {
      receipts.add(Wire.fullReceipt(node));
    }
    return inPlace(block, receipts);
  }

  private List<FullReceipt> receiptsOneByOne(BlockRef block, Deadline deadline) {
    JsonNode result =
        rpc.call(Request.of("eth_getBlockByHash", text(block.hash()), no()), deadline);
    if (result.isNull()) {
      throw new RpcUnavailable(
          endpoint(), new RpcFailure.Behind("it does not have block " + block));
    }
    List<Request> requests = new ArrayList<>();
    checked(
            "eth_getBlockByHash",
            () -> Wire.hashes("transactions", array("transactions", result.path("transactions"))))
        .forEach(transaction ->
            requests.add(Request.of("eth_getTransactionReceipt", text(transaction))));
    List<Answer> answers = rpc.batch(requests, deadline);
    return checked(
        "eth_getTransactionReceipt",
        () ->
            inPlace(
                block,
                answers.stream().map(answer -> Wire.fullReceipt(required(answer))).toList()));
  }

  private static List<FullReceipt> inPlace(BlockRef block, List<FullReceipt> receipts) {
    Set<Hash> transactions = new HashSet<>();
    for (int at = 0; at < receipts.size(); at++) {
      if (!transactions.add(receipts.get(at).receipt().transaction())) {
        throw new IllegalArgumentException("two receipts of one transaction in block " + block);
      }
      expect("block of a receipt", block, receipts.get(at).receipt().block());
      expect("place of a receipt", at, receipts.get(at).transactionIndex());
    }
    return List.copyOf(receipts);
  }

  /** What the contract returns. {@link RpcFailure.Reverted} when it refuses. */
  public byte[] call(Address contract, byte[] data, At at, Deadline deadline) {
    return bytes(ethCall(contract, data, at), deadline);
  }

  private static Request ethCall(Address contract, byte[] data, At at) {
    ObjectNode call =
        JsonNodeFactory.instance
            .objectNode()
            .put("to", contract.text())
            .put("data", Hex.text(data))
            .put("input", Hex.text(data));
    return Request.of("eth_call", call, block(at));
  }

  /** Several calls of one contract at one block, asked together; answers in the order asked. */
  public List<byte[]> calls(Address contract, List<byte[]> data, At at, Deadline deadline) {
    List<Request> requests = data.stream().map(each -> ethCall(contract, each, at)).toList();
    List<Answer> answers = rpc.batch(requests, deadline);
    return checked(
        "eth_call",
        () ->
            answers.stream()
                .map(answer -> Hex.bytes(Hex.canonical("result", string(required(answer)))))
                .toList());
  }

  /** The contract's code, empty for an account without any. */
  public byte[] code(Address address, At at, Deadline deadline) {
    return bytes(Request.of("eth_getCode", text(address), block(at)), deadline);
  }

  /** Words of a contract's storage, in the order asked; zero where nothing was ever written. */
  public List<Hash> storage(Address address, List<Hash> slots, At at, Deadline deadline) {
    List<Request> requests =
        slots.stream()
            .map(slot -> Request.of("eth_getStorageAt", text(address), text(slot), block(at)))
            .toList();
    List<Answer> answers = rpc.batch(requests, deadline);
    return checked(
        "eth_getStorageAt",
        () -> answers.stream().map(answer -> word(string(required(answer)))).toList());
  }

  /** Some nodes leave out leading zeros. */
  private static Hash word(String text) {
    return text.matches("0[xX][0-9a-fA-F]{1,63}")
        ? new Hash("0x" + "0".repeat(66 - text.length()) + text.substring(2))
        : new Hash(text);
  }

  /** In wei. */
  public BigInteger balance(Address address, At at, Deadline deadline) {
    JsonNode result = rpc.call(Request.of("eth_getBalance", text(address), block(at)), deadline);
    return checked("eth_getBalance", () -> Wire.quantity("balance", string(result)));
  }

  /** How many transactions this account has sent. */
  public long nonce(Address address, At at, Deadline deadline) {
    return number(Request.of("eth_getTransactionCount", text(address), block(at)), deadline);
  }

  private long number(Request request, Deadline deadline) {
    JsonNode result = rpc.call(request, deadline);
    return checked(request.method(), () -> Wire.number("result", string(result)));
  }

  private byte[] bytes(Request request, Deadline deadline) {
    JsonNode result = rpc.call(request, deadline);
    return checked(request.method(), () -> Hex.bytes(Hex.canonical("result", string(result))));
  }

  /** Runs the reading of an answer, where an illegal value means the node talks garbage. */
  <T> T checked(String method, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException wrong) {
      throw new RpcUnavailable(endpoint(), garbage(method, wrong));
    }
  }

  /** What is wrong may repeat what was said, and that the key. */
  RpcFailure garbage(String method, IllegalArgumentException wrong) {
    return new RpcFailure.Garbage(
        method + ": " + endpoint().redact(String.valueOf(wrong.getMessage())));
  }

  JsonNode required(Answer answer) {
    return switch (answer) {
      case Answer.Result(JsonNode value) -> value;
      case Answer.Failed(RpcFailure failure) -> throw new RpcUnavailable(endpoint(), failure);
    };
  }

  private Optional<BlockRef> tagged(Answer answer) {
    return switch (answer) {
      case Answer.Result(JsonNode value) -> block(value).map(Header::ref);
      case Answer.Failed(RpcFailure failure) ->
          switch (failure) {
            case RpcFailure.ErrorAnswer _, RpcFailure.Behind _, RpcFailure.NoArchive _ ->
                Optional.empty();
            case RpcFailure.Unreachable _,
                RpcFailure.NoAnswer _,
                RpcFailure.Tls _,
                RpcFailure.KeyRefused _,
                RpcFailure.Quota _,
                RpcFailure.Garbage _,
                RpcFailure.TooLarge _,
                RpcFailure.WrongChain _,
                RpcFailure.RangeTooWide _,
                RpcFailure.Reverted _,
                RpcFailure.Lied _,
                RpcFailure.Quarantined _,
                RpcFailure.Stopped _ ->
                throw new RpcUnavailable(endpoint(), failure);
          };
    };
  }

  private static Optional<Header> block(JsonNode result) {
    if (result.isNull()) {
      return Optional.empty();
    }
    if (!result.isObject()) {
      throw new IllegalArgumentException("expected a block or null");
    }
    return Optional.of(Wire.header(result));
  }

  static <T> void expect(String what, T asked, T got) {
    if (!got.equals(asked)) {
      throw new IllegalArgumentException(what + ": " + got + " (asked: " + asked + ")");
    }
  }

  private static Iterable<JsonNode> array(String what, JsonNode result) {
    if (!result.isArray()) {
      throw new IllegalArgumentException("expected an array of " + what);
    }
    return result;
  }

  static String string(JsonNode result) {
    if (!result.isString()) {
      throw new IllegalArgumentException("expected text");
    }
    return result.stringValue();
  }

  static Request blockByTag(String tag) {
    return Request.of("eth_getBlockByNumber", StringNode.valueOf(tag), no());
  }

  private static ObjectNode query(LogFilter filter) {
    ObjectNode query = JsonNodeFactory.instance.objectNode();
    ArrayNode addresses = query.putArray("address");
    filter.addresses().stream().sorted().forEach(address -> addresses.add(address.text()));
    if (!filter.topics().isEmpty()) {
      ArrayNode topics = query.putArray("topics");
      filter.topics().forEach(position -> put(topics, position));
    }
    return query;
  }

  private static void put(ArrayNode topics, Collection<Hash> position) {
    if (position.isEmpty()) {
      topics.addNull();
    } else {
      ArrayNode wanted = topics.addArray();
      position.stream().sorted().forEach(topic -> wanted.add(topic.text()));
    }
  }

  /** By hash, and only while canonical: EIP-1898. */
  static JsonNode block(At at) {
    return switch (at) {
      case At.Block(BlockRef block) ->
          JsonNodeFactory.instance
              .objectNode()
              .put("blockHash", block.hash().text())
              .put("requireCanonical", true);
      case At.Height(long number) -> quantity(number);
      case At.Tag tag -> StringNode.valueOf(tag.name().toLowerCase(Locale.ROOT));
    };
  }

  static JsonNode text(Hash hash) {
    return StringNode.valueOf(hash.text());
  }

  static JsonNode text(Address address) {
    return StringNode.valueOf(address.text());
  }

  static JsonNode quantity(long number) {
    return StringNode.valueOf(hex(number));
  }

  static String hex(long number) {
    return "0x" + Long.toHexString(number);
  }

  private static JsonNode no() {
    return JsonNodeFactory.instance.booleanNode(false);
  }
}
