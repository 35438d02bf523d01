package dev.metaops.rpc;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Hex;
import dev.metaops.time.Deadline;
import java.math.BigInteger;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What one node says of accounts and contracts at one block. */
final class StateQuestions {
  private final JsonRpc rpc;
  private final Hearing hearing;

  StateQuestions(JsonRpc rpc) {
    this.rpc = rpc;
    this.hearing = new Hearing(rpc.endpoint());
  }

  byte[] call(Address contract, byte[] data, At at, Deadline deadline) {
    return bytes(Spelling.call(contract, data, at), deadline);
  }

  List<byte[]> calls(Address contract, List<byte[]> data, At at, Deadline deadline) {
    List<Request> requests = data.stream().map(each -> Spelling.call(contract, each, at)).toList();
    List<Answer> answers = rpc.batch(requests, deadline);
    return hearing.checked(
        "eth_call",
        () ->
            answers.stream()
                .map(answer ->
                    Hex.bytes(Hex.canonical("result", Hearing.string(hearing.required(answer)))))
                .toList());
  }

  byte[] code(Address address, At at, Deadline deadline) {
    return bytes(Request.of("eth_getCode", Spelling.text(address), Spelling.block(at)), deadline);
  }

  List<Hash> storage(Address address, List<Hash> slots, At at, Deadline deadline) {
    List<Request> requests =
        slots.stream()
            .map(slot ->
                Request.of(
                    "eth_getStorageAt",
                    Spelling.text(address),
                    Spelling.text(slot),
                    Spelling.block(at)))
            .toList();
    List<Answer> answers = rpc.batch(requests, deadline);
    return hearing.checked(
        "eth_getStorageAt",
        () ->
            answers.stream()
                .map(answer -> word(Hearing.string(hearing.required(answer))))
                .toList());
  }

  /** Some nodes leave out leading zeros. */
  private static Hash word(String text) {
    return text.matches("0[xX][0-9a-fA-F]{1,63}")
        ? new Hash("0x" + "0".repeat(66 - text.length()) + text.substring(2))
        : new Hash(text);
  }

  BigInteger balance(Address address, At at, Deadline deadline) {
    JsonNode result =
        rpc.call(
            Request.of("eth_getBalance", Spelling.text(address), Spelling.block(at)), deadline);
    return hearing.checked(
        "eth_getBalance", () -> Wire.quantity("balance", Hearing.string(result)));
  }

  long nonce(Address address, At at, Deadline deadline) {
    return number(
        Request.of("eth_getTransactionCount", Spelling.text(address), Spelling.block(at)),
        deadline);
  }

  long number(Request request, Deadline deadline) {
    JsonNode result = rpc.call(request, deadline);
    return hearing.checked(request.method(), () -> Wire.number("result", Hearing.string(result)));
  }

  private byte[] bytes(Request request, Deadline deadline) {
    JsonNode result = rpc.call(request, deadline);
    return hearing.checked(
        request.method(), () -> Hex.bytes(Hex.canonical("result", Hearing.string(result))));
  }
}
