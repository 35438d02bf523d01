package dev.metaops.demo;

import dev.metaops.chain.Address;
import dev.metaops.chain.Execution;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Receipt;
import dev.metaops.escrow.EscrowStatus;
import dev.metaops.escrow.EscrowView;
import dev.metaops.rpc.At;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Request;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** The demo's chain as its people use it: accounts that sign by themselves. Thread-safe. */
final class LocalChain {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
  private static final Duration MINED_WITHIN = Duration.ofSeconds(15);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(25);
  private static final long GAS = 6_000_000;

  private final JsonRpc rpc;
  private final Provider provider;
  private final Ticker ticker;
  private final Map<Address, Long> nonces = new HashMap<>();

  LocalChain(String url, Ticker ticker) {
    this.rpc =
        new JsonRpc(Endpoint.parse("anvil", url), Patience.ONCE, ticker, new SplittableRandom());
    this.provider = new Provider(rpc);
    this.ticker = ticker;
  }

  /** A contract that stands on the chain. */
  record Deployed(Address address, long block) {}

  /** How escrows stand at the latest block, and at the finalized one a moment later. */
  record Standings(List<EscrowStatus> latest, List<EscrowStatus> settled) {}

  List<Address> accounts() {
    var accounts = new ArrayList<Address>();
    ask("eth_accounts").forEach(account -> accounts.add(new Address(account.stringValue())));
    return accounts;
  }

  /** Gives this account a million coins. */
  void endow(Address account) {
    BigInteger million = BigInteger.TEN.pow(24);
    ask("anvil_setBalance", text(account.text()), text("0x" + million.toString(16)));
  }

  /** Deploys at once, in a block of its own. */
  Deployed deploy(Address from, String data) {
    Hash transaction = send(from, Optional.empty(), data, BigInteger.ZERO);
    ask("evm_mine");
    Receipt receipt = mined(transaction);
    String address =
        ask("eth_getTransactionReceipt", text(transaction.text()))
            .required("contractAddress")
            .stringValue();
    return new Deployed(new Address(address), receipt.block().number());
  }

  /** Sends without waiting. Nonces are counted here: many of one account may be under way. */
  synchronized Hash send(Address from, Optional<Address> to, String data, BigInteger value) {
    long nonce = nonces.computeIfAbsent(from, this::transactionCount);
    ObjectNode transaction =
        JsonNodeFactory.instance
            .objectNode()
            .put("from", from.text())
            .put("data", data)
            .put("value", "0x" + value.toString(16))
            .put("gas", "0x" + Long.toHexString(GAS))
            .put("nonce", "0x" + Long.toHexString(nonce));
    to.ifPresent(address -> transaction.put("to", address.text()));
    Hash hash = new Hash(ask("eth_sendTransaction", transaction).stringValue());
    nonces.put(from, nonce + 1);
    return hash;
  }

  /**
   * Waits for the block that holds it, at most 15 s.
   *
   * @throws WorldFailure when it was refused, or no block came
   */
  Receipt mined(Hash transaction) {
    Deadline deadline = Deadline.in(MINED_WITHIN, ticker);
    while (!deadline.hasPassed()) {
      Optional<Receipt> receipt = answered(() -> provider.receipt(transaction, soon()));
      if (receipt.isPresent()) {
        if (receipt.get().execution() != Execution.SUCCEEDED) {
          throw new WorldFailure("the contract refused transaction " + transaction);
        }
        return receipt.get();
      }
      rest();
    }
    throw new WorldFailure("transaction " + transaction + " was not mined within 15 s");
  }

  /** What the contract itself says of these escrows. */
  Standings standings(Address contract, List<Hash> keys) {
    return answered(() ->
        new Standings(
            statuses(contract, keys, At.Tag.LATEST, soon()),
            statuses(contract, keys, At.Tag.FINALIZED, soon())));
  }

  private List<EscrowStatus> statuses(Address contract, List<Hash> keys, At at, Deadline deadline) {
    List<byte[]> questions = keys.stream().map(EscrowView::escrowOf).toList();
    return provider.calls(contract, questions, at, deadline).stream()
        .map(answer ->
            EscrowView.readEscrowOf(answer)
                .map(EscrowView.Holding::status)
                .orElse(EscrowStatus.NONE))
        .toList();
  }

  private long transactionCount(Address account) {
    String count =
        ask("eth_getTransactionCount", text(account.text()), text("pending")).stringValue();
    return Long.parseLong(count.substring(2), 16);
  }

  private JsonNode ask(String method, JsonNode... parameters) {
    return answered(() -> rpc.call(Request.of(method, parameters), soon()));
  }

  private Deadline soon() {
    return Deadline.in(ANSWER_WITHIN, ticker);
  }

  private static <T> T answered(Supplier<T> question) {
    try {
      return question.get();
    } catch (RpcUnavailable e) {
      throw new WorldFailure("the demo's chain does not answer: " + e.getMessage(), e);
    }
  }

  private static JsonNode text(String text) {
    return StringNode.valueOf(text);
  }

  private void rest() {
    try {
      ticker.rest(BETWEEN_LOOKS);
    } catch (InterruptedException e) {
      throw WorldFailure.interrupted(e);
    }
  }
}
