package dev.metaops.testing;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Transactions sent to a chain, and what became of them. Sending is not thread-safe. */
final class SentTransactions {
  private static final Duration MINED_WITHIN = Duration.ofSeconds(15);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(1);

  private final JsonRpc rpc;
  private final Map<Address, Long> nonces = new HashMap<>();

  SentTransactions(JsonRpc rpc) {
    this.rpc = rpc;
  }

  /** The chain went back, and nonces with it. */
  void forgetNonces() {
    nonces.clear();
  }

  Hash submit(Call call) {
    long nonce = nonces.computeIfAbsent(call.from(), this::transactionCount);
    ObjectNode transaction = ChainJson.transaction(call).put("nonce", ChainJson.hex(nonce));
    var hash = new Hash(rpc.ask("eth_sendTransaction", transaction).stringValue());
    nonces.put(call.from(), nonce + 1);
    return hash;
  }

  Receipt done(Hash transaction) {
    Receipt receipt = mined(transaction);
    return switch (receipt.outcome()) {
      case DONE -> receipt;
      case REVERTED -> {
        var trace = JsonMapper.shared().createObjectNode().put("tracer", "callTracer");
        throw reverted(
            rpc.ask("debug_traceTransaction", transaction.text(), trace)
                .path("output")
                .asString("0x"));
      }
    };
  }

  Receipt mined(Hash transaction) {
    Deadline deadline = Deadline.in(MINED_WITHIN, SystemTicker.SYSTEM);
    while (!deadline.hasPassed()) {
      Optional<Receipt> receipt = receipt(transaction);
      if (receipt.isPresent()) {
        return receipt.get();
      }
      try {
        SystemTicker.SYSTEM.rest(BETWEEN_LOOKS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for " + transaction, e);
      }
    }
    throw new IllegalStateException(
        transaction + " was not mined within 15 s (mining on request? call mine)");
  }

  Optional<Receipt> receipt(Hash transaction) {
    JsonNode receipt = rpc.ask("eth_getTransactionReceipt", transaction.text());
    return receipt.isNull() ? Optional.empty() : Optional.of(ChainJson.receipt(receipt));
  }

  List<Receipt> receipts(BlockRef block) {
    return ChainJson.elements(rpc.ask("eth_getBlockReceipts", block.hash().text())).stream()
        .map(ChainJson::receipt)
        .toList();
  }

  String call(Call call) {
    try {
      return rpc.ask("eth_call", ChainJson.transaction(call), "latest").stringValue();
    } catch (RpcError e) {
      if (e.code() == 3) {
        throw reverted(e.data());
      }
      throw e;
    }
  }

  private static Reverted reverted(String data) {
    String refusal =
        data.length() < 10
            ? "refused without a reason"
            : TestChain.REGISTRY
                .refusal(data)
                .or(() -> ofTests(data))
                .orElse("refused with " + data);
    return new Reverted(refusal, data);
  }

  /** The refusals that have no other reader. */
  private static Optional<String> ofTests(String data) {
    return Stream.of(
            "TradeEscrow", "TradeEscrowFactory", "PlainToken", "HostileToken", "UpgradeableProxy")
        .flatMap(name -> Artifact.of(name).refusal(data).stream())
        .findFirst();
  }

  private long transactionCount(Address account) {
    return ChainJson.number(rpc.ask("eth_getTransactionCount", account.text(), "pending"))
        .longValueExact();
  }
}
