package dev.metaops.rpc;

import dev.metaops.chain.Hex;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Names a JSON-RPC error. The protocol has no codes for what matters to us, so the texts of nodes
 * and providers decide, the more telling first.
 */
final class ErrorTexts {
  /** Geth's, for a call that reverted. */
  private static final long REVERTED = 3;

  /** The Engine API's; geth also says it for a tag it cannot resolve yet. */
  private static final long UNKNOWN_BLOCK = -39001;

  /** EIP-1474; EIP-1898 has it for a block hash the node does not know. */
  private static final long RESOURCE_NOT_FOUND = -32001;

  /** EIP-1474; providers say it for requests and for results alike. */
  private static final long LIMIT_EXCEEDED = -32005;

  /** What says that a range is too wide, and not by how much. */
  private static final List<String> RANGE =
      List.of("block range", "exceeds the range", "getlogs is limited");

  private static final List<String> QUOTA =
      List.of(
          "rate limit",
          "ratelimit",
          "too many requests",
          "request limit",
          "requests per second",
          "request count exceeded",
          "quota",
          "out of credits",
          "credits limit",
          "compute units",
          "capacity exceeded",
          "throughput");
  private static final List<String> KEY =
      List.of(
          "api key",
          "apikey",
          "api-key",
          "unauthorized",
          "unauthenticated",
          "must be authenticated",
          "invalid project id",
          "project id required",
          "access denied",
          "forbidden");
  private static final List<String> ARCHIVE =
      List.of(
          "missing trie node",
          "archive",
          "state is not available",
          "state not available",
          "state is pruned",
          "historical state",
          "required data unavailable",
          "pruned",
          "old data not available");
  private static final List<String> BEHIND =
      List.of(
          "unknown block",
          "block not found",
          "header not found",
          "header for hash not found",
          "blockoutofrange",
          "beyond current head",
          "greater than latest",
          "after last accepted block",
          "hash is not currently canonical",
          "not canonical");

  private ErrorTexts() {}

  static RpcFailure name(JsonNode error, Endpoint endpoint) {
    JsonNode codeNode = error.path("code");
    long code = codeNode.isIntegralNumber() ? codeNode.asLong(0) : 0;
    JsonNode messageNode = error.path("message");
    String message =
        messageNode.isString() ? endpoint.redact(messageNode.stringValue()) : "without a message";
    String start = message.length() > 2000 ? message.substring(0, 2000) : message;
    String lower = start.toLowerCase(Locale.ROOT);
    if (code == REVERTED
        || lower.contains("execution reverted")
        || lower.contains("vm execution error")) {
      return new RpcFailure.Reverted(revertData(error.path("data")).orElse("0x"));
    }
    Optional<Excess> excess = Phrasebook.excess(start);
    if (excess.isPresent() || mentions(lower, RANGE)) {
      return new RpcFailure.RangeTooWide(message, excess.orElseGet(Excess::unsaid));
    }
    if (code == 429 || mentions(lower, QUOTA)) {
      return new RpcFailure.Quota(message, Phrasebook.later(start));
    }
    if (code == 401 || code == 403 || mentions(lower, KEY)) {
      return new RpcFailure.KeyRefused(message);
    }
    if (code == UNKNOWN_BLOCK || code == RESOURCE_NOT_FOUND || mentions(lower, BEHIND)) {
      return new RpcFailure.Behind(message);
    }
    if (mentions(lower, ARCHIVE)) {
      return new RpcFailure.NoArchive(message);
    }
    if (code == LIMIT_EXCEEDED) {
      return new RpcFailure.Quota(message, Phrasebook.later(start));
    }
    return new RpcFailure.ErrorAnswer(code, message);
  }

  private static boolean mentions(String lower, List<String> texts) {
    return texts.stream().anyMatch(lower::contains);
  }

  /** Plain hex, hex behind a word ("Reverted 0x…"), or nested one object deeper. */
  private static Optional<String> revertData(JsonNode data) {
    JsonNode text = data.isObject() ? data.path("data") : data;
    if (!text.isString()) {
      return Optional.empty();
    }
    String value = text.stringValue().strip();
    try {
      return Optional.of(Hex.canonical("data", value.substring(Math.max(0, value.indexOf("0x")))));
    } catch (IllegalArgumentException prose) {
      return Optional.empty();
    }
  }
}
