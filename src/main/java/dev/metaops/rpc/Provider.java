package dev.metaops.rpc;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Log;
import dev.metaops.chain.Receipt;
import dev.metaops.time.Deadline;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * One node, asked in the chain's own words. Answers are checked as far as one answer alone can be:
 * shapes, ranges, that it is about what was asked, that its parts agree. Every call throws {@link
 * RpcUnavailable} when there is no usable answer within its deadline. Thread-safe.
 */
public final class Provider {
  private final JsonRpc rpc;
  private final Hearing hearing;
  private final LogQuestions logs;
  private final ReceiptQuestions receipts;
  private final StateQuestions state;

  /** For following, the most urgent purpose. */
  public Provider(JsonRpc rpc) {
    this.rpc = rpc;
    this.hearing = new Hearing(rpc.endpoint());
    this.logs = new LogQuestions(rpc);
    this.receipts = new ReceiptQuestions(rpc);
    this.state = new StateQuestions(rpc);
  }

  /** The same node with its budget and all that is known of it, asked for this purpose. */
  public Provider as(Purpose purpose) {
    JsonRpc other = rpc.as(purpose);
    return other == rpc ? this : new Provider(other);
  }

  /** The same, each question asked once: for who wants to know how the node is. */
  public Provider once(Purpose purpose) {
    return new Provider(rpc.once(purpose));
  }

  /**
   * Waits until our own budget allows so many questions at once, and takes nothing of it; why it
   * does not by the deadline.
   */
  public Optional<String> awaitBudget(int questions, Deadline deadline) {
    return rpc.awaitBudget(questions, deadline);
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

  /** How its answers are read. */
  Hearing hearing() {
    return hearing;
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
    return state.number(Request.of("eth_chainId"), deadline);
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
            List.of(
                Spelling.blockByTag("finalized"),
                Spelling.blockByTag("safe"),
                Spelling.blockByTag("latest")),
            deadline);
    return hearing.checked(
        "eth_getBlockByNumber",
        () -> {
          Header latest =
              block(hearing.required(answers.get(2)))
                  .orElseThrow(() -> new IllegalArgumentException("no latest block"));
          return new ChainHead(
              latest,
              tagged(answers.get(1)).filter(ref -> ref.number() <= latest.number()),
              tagged(answers.get(0)).filter(ref -> ref.number() <= latest.number()));
        });
  }

  /** How large the answer about the latest block is, without its transactions' bodies, in bytes. */
  public int latestBlockBytes(Deadline deadline) {
    return rpc.call(Spelling.blockByTag("latest"), deadline).toString().length();
  }

  /** The canonical block of this number, absent when the node has none yet. */
  public Optional<Header> header(long number, Deadline deadline) {
    return headers(List.of(number), deadline).getFirst();
  }

  /** This block, absent when the node does not know it (any more). */
  public Optional<Header> header(Hash hash, Deadline deadline) {
    JsonNode result =
        rpc.call(Request.of("eth_getBlockByHash", Spelling.text(hash), Spelling.no()), deadline);
    return hearing.checked(
        "eth_getBlockByHash",
        () -> {
          Optional<Header> header = block(result);
          header.ifPresent(found -> Hearing.expect("hash", hash, found.hash()));
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
            .map(number ->
                Request.of("eth_getBlockByNumber", Spelling.quantity(number), Spelling.no()))
            .toList();
    List<Answer> answers = rpc.batch(requests, deadline);
    return hearing.checked(
        "eth_getBlockByNumber",
        () -> {
          List<Optional<Header>> headers = new ArrayList<>(numbers.size());
          for (int at = 0; at < numbers.size(); at++) {
            long number = numbers.get(at);
            Optional<Header> header = block(hearing.required(answers.get(at)));
            header.ifPresent(found -> Hearing.expect("number", number, found.number()));
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
    return logs.logs(block, addresses, deadline);
  }

  /**
   * The logs of these blocks (both ends included), in order; where the node finds the range too
   * wide it is asked in parts, as wide as it said or was found to take, and so from then on. Logs
   * marked as removed are left out. The node may leave out others: this is never proof of absence.
   */
  public List<Log> logs(long from, long to, LogFilter filter, Deadline deadline) {
    return logs.logs(from, to, filter, deadline);
  }

  /** What this transaction did, absent while no canonical block holds it. */
  public Optional<Receipt> receipt(Hash transaction, Deadline deadline) {
    return receipts.receipt(transaction, deadline);
  }

  /**
   * Every receipt of exactly these blocks, in their order, asked together. A node without {@code
   * eth_getBlockReceipts} is asked for each transaction. {@link RpcFailure.Behind} when the node
   * does not have one of the blocks (any more).
   */
  public List<List<FullReceipt>> receipts(List<BlockRef> blocks, Deadline deadline) {
    return receipts.receipts(blocks, deadline);
  }

  /** What the contract returns. {@link RpcFailure.Reverted} when it refuses. */
  public byte[] call(Address contract, byte[] data, At at, Deadline deadline) {
    return state.call(contract, data, at, deadline);
  }

  /** Several calls of one contract at one block, asked together; answers in the order asked. */
  public List<byte[]> calls(Address contract, List<byte[]> data, At at, Deadline deadline) {
    return state.calls(contract, data, at, deadline);
  }

  /** The contract's code, empty for an account without any. */
  public byte[] code(Address address, At at, Deadline deadline) {
    return state.code(address, at, deadline);
  }

  /** Words of a contract's storage, in the order asked; zero where nothing was ever written. */
  public List<Hash> storage(Address address, List<Hash> slots, At at, Deadline deadline) {
    return state.storage(address, slots, at, deadline);
  }

  /** In wei. */
  public BigInteger balance(Address address, At at, Deadline deadline) {
    return state.balance(address, at, deadline);
  }

  /** How many transactions this account has sent. */
  public long nonce(Address address, At at, Deadline deadline) {
    return state.nonce(address, at, deadline);
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
                throw new RpcUnavailable(rpc.endpoint(), failure);
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
}
