package dev.metaops.rpc;

import dev.metaops.chain.Address;
import dev.metaops.chain.FeeMarket;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Hex;
import dev.metaops.chain.Receipt;
import dev.metaops.chain.Transaction;
import dev.metaops.time.Deadline;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * One node, asked about transactions, many together. What it says to one question says nothing
 * about the others; a node that does not answer at all is {@link RpcUnavailable}. Thread-safe.
 */
public final class Transactions {
  private final Provider provider;

  public Transactions(Provider provider) {
    this.provider = provider;
  }

  /** Transactions as this node has them, in a block or in its pool, in the order asked. */
  public List<Reply<Transaction>> known(List<Hash> hashes, Deadline deadline) {
    return replies(
        hashes,
        hash -> Request.of("eth_getTransactionByHash", Spelling.text(hash)),
        (hash, result) -> {
          Transaction transaction = Wire.transaction(result);
          Hearing.expect("transaction", hash, transaction.hash());
          return transaction;
        },
        deadline);
  }

  /** What transactions did, in the order asked; empty while no canonical block holds it. */
  public List<Reply<Receipt>> receipts(List<Hash> hashes, Deadline deadline) {
    return replies(
        hashes,
        hash -> Request.of("eth_getTransactionReceipt", Spelling.text(hash)),
        (hash, result) -> {
          Receipt receipt = Wire.receipt(result);
          Hearing.expect("transaction", hash, receipt.transaction());
          return receipt;
        },
        deadline);
  }

  /** How much gas transactions used, in the order asked; empty while none has. */
  public List<Reply<Long>> gasUsed(List<Hash> hashes, Deadline deadline) {
    return replies(
        hashes,
        hash -> Request.of("eth_getTransactionReceipt", Spelling.text(hash)),
        (hash, result) -> {
          Hearing.expect("transaction", hash, Wire.hash(result, "transactionHash"));
          return Wire.number(result, "gasUsed");
        },
        deadline);
  }

  /** How many transactions these accounts have sent, in the order asked. */
  public List<Reply<Long>> nonces(List<Address> accounts, At at, Deadline deadline) {
    return replies(
        accounts,
        account ->
            Request.of("eth_getTransactionCount", Spelling.text(account), Spelling.block(at)),
        (_, result) -> Wire.number("nonce", Hearing.string(result)),
        deadline);
  }

  /** How many transactions this account had sent after each of these blocks, in the order asked. */
  public List<Reply<Long>> noncesAfter(Address account, List<Long> blocks, Deadline deadline) {
    return replies(
        blocks,
        number ->
            Request.of(
                "eth_getTransactionCount",
                Spelling.text(account),
                Spelling.block(new At.Height(number))),
        (_, result) -> Wire.number("nonce", Hearing.string(result)),
        deadline);
  }

  /** In wei, in the order asked. */
  public List<Reply<BigInteger>> balances(List<Address> accounts, At at, Deadline deadline) {
    return replies(
        accounts,
        account -> Request.of("eth_getBalance", Spelling.text(account), Spelling.block(at)),
        (_, result) -> Wire.quantity("balance", Hearing.string(result)),
        deadline);
  }

  /**
   * The same calls made again, without sending anything; in the order asked. What one returns is of
   * no interest: {@link RpcFailure.Reverted} says that it refuses.
   *
   * @param at for each, the block on whose state it is made
   */
  public List<Reply<byte[]>> replays(
      List<Transaction> transactions, List<At> at, Deadline deadline) {
    List<Request> requests = new ArrayList<>();
    for (int each = 0; each < transactions.size(); each++) {
      Transaction transaction = transactions.get(each);
      ObjectNode call =
          JsonNodeFactory.instance
              .objectNode()
              .put("from", transaction.from().text())
              .put("value", "0x" + transaction.value().toString(16))
              .put("gas", Spelling.hex(transaction.gasLimit()))
              .put("data", transaction.input())
              .put("input", transaction.input());
      transaction.to().ifPresent(to -> call.put("to", to.text()));
      requests.add(Request.of("eth_call", call, Spelling.block(at.get(each))));
    }
    return replies(
        requests,
        request -> request,
        (_, result) -> Hex.bytes(Hex.canonical("result", Hearing.string(result))),
        deadline);
  }

  /**
   * What the contracts return to these, at the latest block and without sending anything; in the
   * order asked. {@link RpcFailure.Reverted} says that one refuses.
   */
  public List<Reply<byte[]>> drafts(List<Draft> drafts, Deadline deadline) {
    return replies(
        drafts,
        draft ->
            Request.of(
                "eth_call",
                JsonNodeFactory.instance
                    .objectNode()
                    .put("from", draft.from().text())
                    .put("to", draft.to().text())
                    .put("data", draft.data())
                    .put("input", draft.data()),
                Spelling.block(At.Tag.LATEST)),
        (_, result) -> Hex.bytes(Hex.canonical("result", Hearing.string(result))),
        deadline);
  }

  /** This account's transactions in the canonical block of this number, in their order. */
  public List<Transaction> sentIn(long number, Address from, Deadline deadline) {
    JsonNode yes = JsonNodeFactory.instance.booleanNode(true);
    JsonNode result =
        provider
            .rpc()
            .call(Request.of("eth_getBlockByNumber", Spelling.quantity(number), yes), deadline);
    return provider
        .hearing()
        .checked(
            "eth_getBlockByNumber",
            () -> {
              List<Transaction> sent = new ArrayList<>();
              for (JsonNode node : result.path("transactions")) {
                if (node.isObject() && Wire.address(node, "from").equals(from)) {
                  sent.add(Wire.transaction(node));
                }
              }
              return sent;
            });
  }

  /** What gas costs now; what the node does not say is absent. */
  public FeeMarket feeMarket(Deadline deadline) {
    JsonNode noPercentiles = JsonNodeFactory.instance.arrayNode();
    List<Answer> answers =
        provider
            .rpc()
            .batch(
                List.of(
                    Spelling.blockByTag("latest"),
                    Request.of(
                        "eth_feeHistory",
                        Spelling.quantity(1),
                        StringNode.valueOf("latest"),
                        noPercentiles),
                    Request.of("eth_maxPriorityFeePerGas")),
                deadline);
    return provider
        .hearing()
        .checked(
            "eth_feeHistory",
            () -> {
              JsonNode latest = provider.hearing().required(answers.get(0)).path("baseFeePerGas");
              JsonNode coming =
                  optional(answers.get(1))
                      .map(history -> history.path("baseFeePerGas").path(1))
                      .orElse(latest);
              return new FeeMarket(
                  price(coming.isString() ? coming : latest),
                  optional(answers.get(2)).flatMap(Transactions::price));
            });
  }

  private static Optional<BigInteger> price(JsonNode wei) {
    return wei.isString()
        ? Optional.of(Wire.quantity("price of gas", wei.stringValue()))
        : Optional.empty();
  }

  private static Optional<JsonNode> optional(Answer answer) {
    return switch (answer) {
      case Answer.Result(JsonNode value) -> Optional.of(value);
      case Answer.Failed _ -> Optional.empty();
    };
  }

  /**
   * What waits in the node's pool from this account, by ascending nonce. Empty when the node does
   * not show its pool, as most that are rented do not; that says nothing about what waits.
   */
  public Optional<List<Transaction>> pooled(Address from, Deadline deadline) {
    return pool(Request.of("txpool_contentFrom", Spelling.text(from)), deadline)
        .map(content -> pooled(from, content.path("pending"), content.path("queued")))
        .or(() ->
            pool(Request.of("txpool_content"), deadline)
                .map(content ->
                    pooled(
                        from,
                        ofAccount(content.path("pending"), from),
                        ofAccount(content.path("queued"), from))));
  }

  private Optional<JsonNode> pool(Request request, Deadline deadline) {
    try {
      return Optional.of(provider.rpc().call(request, deadline)).filter(JsonNode::isObject);
    } catch (RpcUnavailable refused) {
      return switch (refused.failure()) {
        case RpcFailure.ErrorAnswer _,
            RpcFailure.KeyRefused _,
            RpcFailure.TooLarge _,
            RpcFailure.Quota _,
            RpcFailure.RangeTooWide _,
            RpcFailure.Garbage _ ->
            Optional.empty();
        case RpcFailure.Unreachable _,
            RpcFailure.NoAnswer _,
            RpcFailure.Tls _,
            RpcFailure.WrongChain _,
            RpcFailure.Behind _,
            RpcFailure.NoArchive _,
            RpcFailure.Reverted _,
            RpcFailure.Lied _,
            RpcFailure.Quarantined _,
            RpcFailure.Stopped _ ->
            throw refused;
      };
    }
  }

  /** Nodes spell addresses here in lower case or with a checksum. */
  private static JsonNode ofAccount(JsonNode byAccount, Address from) {
    for (var account : byAccount.properties()) {
      if (account.getKey().equalsIgnoreCase(from.text())) {
        return account.getValue();
      }
    }
    return JsonNodeFactory.instance.objectNode();
  }

  private List<Transaction> pooled(Address from, JsonNode... byNonce) {
    return provider
        .hearing()
        .checked(
            "txpool_content",
            () -> {
              List<Transaction> pooled = new ArrayList<>();
              for (JsonNode some : byNonce) {
                some.properties().forEach(entry -> pooled.add(Wire.transaction(entry.getValue())));
              }
              pooled.forEach(transaction -> Hearing.expect("sender", from, transaction.from()));
              pooled.sort(Comparator.comparingLong(Transaction::nonce));
              return List.copyOf(pooled);
            });
  }

  private interface Reading<Q, T> {
    T read(Q asked, JsonNode result);
  }

  /** Many questions in as few requests as go; one that fails takes no other with it. */
  private <Q, T> List<Reply<T>> replies(
      List<Q> asked, Function<Q, Request> request, Reading<Q, T> reading, Deadline deadline) {
    List<Request> requests = asked.stream().map(request).toList();
    List<Answer> answers = provider.rpc().batch(requests, deadline);
    List<Reply<T>> replies = new ArrayList<>(asked.size());
    for (int at = 0; at < asked.size(); at++) {
      replies.add(reply(requests.get(at), asked.get(at), answers.get(at), reading));
    }
    return replies;
  }

  private <Q, T> Reply<T> reply(Request request, Q asked, Answer answer, Reading<Q, T> reading) {
    return switch (answer) {
      case Answer.Failed(RpcFailure failure) -> new Reply.Failed<>(failure);
      case Answer.Result(JsonNode result) -> {
        try {
          yield new Reply.Said<>(
              result.isNull() ? Optional.empty() : Optional.of(reading.read(asked, result)));
        } catch (IllegalArgumentException wrong) {
          yield new Reply.Failed<>(provider.hearing().garbage(request.method(), wrong));
        }
      }
    };
  }
}
