package dev.metaops.proof;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Hex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Proofs to hand to somebody who has neither our database nor a node: {@code docs/proofs.md}.
 *
 * @param chainId which chain, by whoever wrote this: no header says it
 * @param order whose events these are, by whoever wrote this; 1 to 200 printable characters
 * @param claims at most {@link #MOST_CLAIMS}
 */
public record ProofFile(long chainId, String order, List<ProofClaim> claims) {
  /** Name and version of the form. */
  public static final String SHAPE = "metaops-proofs/1";

  public static final int MOST_CLAIMS = 1_000;

  /** 64 MiB of text. */
  public static final int MOST_TEXT = 64 << 20;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** Whether a text is such a file. */
  public sealed interface Reading {
    record Read(ProofFile file) implements Reading {}

    record Unreadable(String why) implements Reading {}
  }

  public ProofFile {
    claims = List.copyOf(claims);
    if (chainId < 1) {
      throw new IllegalArgumentException("chain: " + chainId + " (expected: 1 or above)");
    }
    if (order.isBlank()
        || order.length() > 200
        || order.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("order: expected 1 to 200 printable characters");
    }
    if (claims.size() > MOST_CLAIMS) {
      throw new IllegalArgumentException(
          "proofs: " + claims.size() + " (expected: at most " + MOST_CLAIMS + ")");
    }
  }

  /** Never throws, whatever the text. */
  public static Reading read(String text) {
    if (text.length() > MOST_TEXT) {
      return new Reading.Unreadable(
          text.length() + " characters (expected: at most " + MOST_TEXT + ")");
    }
    try {
      return new Reading.Read(file(JSON.readTree(text)));
    } catch (JacksonException e) {
      return new Reading.Unreadable("not JSON, or JSON that says a thing twice");
    } catch (IllegalArgumentException e) {
      return new Reading.Unreadable(String.valueOf(e.getMessage()));
    }
  }

  private static ProofFile file(JsonNode file) {
    if (!file.path("shape").asString("").equals(SHAPE)) {
      throw new IllegalArgumentException("shape: expected " + SHAPE);
    }
    JsonNode listed = file.path("proofs");
    if (!listed.isArray() || listed.size() > MOST_CLAIMS) {
      throw new IllegalArgumentException("proofs: expected a list of at most " + MOST_CLAIMS);
    }
    List<ProofClaim> claims = new ArrayList<>(listed.size());
    for (JsonNode claim : listed) {
      claims.add(claim(claim));
    }
    return new ProofFile(number(file, "chain"), text(file, "order"), claims);
  }

  private static ProofClaim claim(JsonNode claim) {
    return new ProofClaim(
        new BlockRef(number(claim, "block"), new Hash(text(claim, "block_hash"))),
        new Hash(text(claim, "transaction")),
        index(claim, "log"),
        index(claim, "first_log"),
        new Address(text(claim, "contract")),
        text(claim, "event"),
        claim.has("proof")
            ? Optional.of(Hex.canonical("proof", text(claim, "proof")))
            : Optional.empty());
  }

  private static int index(JsonNode in, String name) {
    long number = number(in, name);
    if (number > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(name + ": " + number + " (expected: below 2^31)");
    }
    return (int) number;
  }

  private static long number(JsonNode in, String name) {
    JsonNode value = in.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      throw new IllegalArgumentException(name + ": expected a whole number from 0");
    }
    return value.longValue();
  }

  private static String text(JsonNode in, String name) {
    JsonNode value = in.path(name);
    if (!value.isString()) {
      throw new IllegalArgumentException(name + ": expected text");
    }
    return value.stringValue();
  }

  /** The file, as {@link #read} reads it. */
  public String text() {
    ObjectNode file = JSON.createObjectNode().put("shape", SHAPE);
    drawInto(file);
    return file.toPrettyString() + "\n";
  }

  /** Everything but the shape. */
  public void drawInto(ObjectNode file) {
    file.put("chain", chainId).put("order", order);
    var listed = file.putArray("proofs");
    for (ProofClaim claim : claims) {
      ObjectNode json =
          listed
              .addObject()
              .put("event", claim.event())
              .put("block", claim.block().number())
              .put("block_hash", claim.block().hash().text())
              .put("transaction", claim.transaction().text())
              .put("log", claim.log())
              .put("first_log", claim.firstLog())
              .put("contract", claim.contract().text());
      claim.proof().ifPresent(proof -> json.put("proof", proof));
    }
  }
}
