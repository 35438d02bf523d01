package dev.metaops.rpc;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Receipt;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What one node says of receipts: of one transaction, or of whole blocks. */
final class ReceiptQuestions {
  private static final long METHOD_NOT_FOUND = -32601;

  /** Of EIP-1474. */
  private static final long METHOD_NOT_SUPPORTED = -32004;

  private final JsonRpc rpc;
  private final Hearing hearing;

  ReceiptQuestions(JsonRpc rpc) {
    this.rpc = rpc;
    this.hearing = new Hearing(rpc.endpoint());
  }

  Optional<Receipt> receipt(Hash transaction, Deadline deadline) {
    JsonNode result =
        rpc.call(Request.of("eth_getTransactionReceipt", Spelling.text(transaction)), deadline);
    return hearing.checked(
        "eth_getTransactionReceipt",
        () -> {
          if (result.isNull()) {
            return Optional.empty();
          }
          Receipt receipt = Wire.receipt(result);
          Hearing.expect("transaction", transaction, receipt.transaction());
          return Optional.of(receipt);
        });
  }

  List<List<FullReceipt>> receipts(List<BlockRef> blocks, Deadline deadline) {
    if (rpc.manners().lacksBlockReceipts()) {
      return blocks.stream().map(block -> receiptsOneByOne(block, deadline)).toList();
    }
    List<Answer> answers =
        rpc.batch(
            blocks.stream()
                .map(block -> Request.of("eth_getBlockReceipts", Spelling.text(block.hash())))
                .toList(),
            deadline);
    if (answers.stream().anyMatch(ReceiptQuestions::isUnknownMethod)) {
      rpc.manners().learnThatBlockReceiptsAreMissing();
      return receipts(blocks, deadline);
    }
    return hearing.checked(
        "eth_getBlockReceipts",
        () -> {
          List<List<FullReceipt>> receipts = new ArrayList<>(blocks.size());
          for (int at = 0; at < blocks.size(); at++) {
            receipts.add(receiptsOf(blocks.get(at), hearing.required(answers.get(at))));
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
          rpc.endpoint(), new RpcFailure.Behind("it does not have block " + block));
    }
    List<FullReceipt> receipts = new ArrayList<>();
    for (JsonNode node : Hearing.array("receipts", result)) {
      receipts.add(Wire.fullReceipt(node));
    }
    return inPlace(block, receipts);
  }

  private List<FullReceipt> receiptsOneByOne(BlockRef block, Deadline deadline) {
    JsonNode result =
        rpc.call(
            Request.of("eth_getBlockByHash", Spelling.text(block.hash()), Spelling.no()), deadline);
    if (result.isNull()) {
      throw new RpcUnavailable(
          rpc.endpoint(), new RpcFailure.Behind("it does not have block " + block));
    }
    List<Request> requests = new ArrayList<>();
    hearing
        .checked(
            "eth_getBlockByHash",
            () ->
                Wire.hashes(
                    "transactions", Hearing.array("transactions", result.path("transactions"))))
        .forEach(transaction ->
            requests.add(Request.of("eth_getTransactionReceipt", Spelling.text(transaction))));
    List<Answer> answers = rpc.batch(requests, deadline);
    return hearing.checked(
        "eth_getTransactionReceipt",
        () ->
            inPlace(
                block,
                answers.stream()
                    .map(answer -> Wire.fullReceipt(hearing.required(answer)))
                    .toList()));
  }

  private static List<FullReceipt> inPlace(BlockRef block, List<FullReceipt> receipts) {
    Set<Hash> transactions = new HashSet<>();
    for (int at = 0; at < receipts.size(); at++) {
      if (!transactions.add(receipts.get(at).receipt().transaction())) {
        throw new IllegalArgumentException("two receipts of one transaction in block " + block);
      }
      Hearing.expect("block of a receipt", block, receipts.get(at).receipt().block());
      Hearing.expect("place of a receipt", at, receipts.get(at).transactionIndex());
    }
    return List.copyOf(receipts);
  }
}
