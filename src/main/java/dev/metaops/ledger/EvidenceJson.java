package dev.metaops.ledger;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.escrow.EscrowEvent;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Blocks and events as the SQL functions read them: hex without 0x, amounts as decimal text, times
 * as ISO 8601. The same shape stands in batches and in plans.
 */
public final class EvidenceJson {
  private static final JsonMapper JSON = new JsonMapper();

  private EvidenceJson() {}

  public static ObjectNode block(BlockRef block) {
    return JSON.createObjectNode().put("number", block.number()).put("hash", hex(block.hash()));
  }

  public static ArrayNode headers(List<Header> headers) {
    ArrayNode array = JSON.createArrayNode();
    for (Header header : headers) {
      array.add(
          block(header.ref())
              .put("parent", hex(header.parentHash()))
              .put("time", header.time().toString()));
    }
    return array;
  }

  static ArrayNode blocks(List<ReadBlock> blocks) {
    ArrayNode array = headers(blocks.stream().map(ReadBlock::header).toList());
    for (int at = 0; at < blocks.size(); at++) {
      ((ObjectNode) array.get(at)).put("completeness", blocks.get(at).completeness().word());
    }
    return array;
  }

  static ArrayNode proofs(List<ProvedReceipt> proofs) {
    ArrayNode array = JSON.createArrayNode();
    for (ProvedReceipt proof : proofs) {
      array.add(
          block(proof.block())
              .put("transaction", hex(proof.transaction()))
              .put("first_log", proof.firstLog())
              .put("proof", Base64.getEncoder().encodeToString(proof.proof())));
    }
    return array;
  }

  static ArrayNode quarantine(List<Quarantined> quarantined) {
    ArrayNode array = JSON.createArrayNode();
    quarantined.forEach(held -> array.add(quarantined(held)));
    return array;
  }

  static ArrayNode contracts(Collection<Address> contracts) {
    ArrayNode array = JSON.createArrayNode();
    contracts.forEach(contract -> array.add(hex(contract)));
    return array;
  }

  static ArrayNode unread(List<Reread.Unread> unread) {
    ArrayNode array = JSON.createArrayNode();
    for (Reread.Unread one : unread) {
      array
          .addObject()
          .put("number", one.log().block().number())
          .put("index", one.log().index())
          .put("why", one.why().name().toLowerCase(Locale.ROOT));
    }
    return array;
  }

  public static ArrayNode events(long chainId, List<EscrowEvent> events) {
    ArrayNode array = JSON.createArrayNode();
    events.forEach(event -> array.add(event(chainId, event)));
    return array;
  }

  private static ObjectNode event(long chainId, EscrowEvent event) {
    ObjectNode json = block(event.log().block());
    json.put("chain", chainId);
    json.put("index", event.log().index());
    json.put("transaction", hex(event.log().transaction()));
    json.put("contract", hex(event.contract()));
    json.put("kind", event.kind().name());
    json.put("key", hex(event.key()));
    EscrowEvent.Parts parts = event.parts();
    parts.orderId().ifPresent(id -> json.put("order", id));
    parts.buyer().ifPresent(buyer -> json.put("buyer", hex(buyer)));
    parts.seller().ifPresent(seller -> json.put("seller", hex(seller)));
    parts.token().ifPresent(token -> json.put("token", hex(token)));
    parts.amount().ifPresent(amount -> json.put("amount", amount.toString()));
    parts.deadline().ifPresent(deadline -> json.put("deadline", deadline.toString()));
    parts.party().ifPresent(party -> json.put("party", hex(party)));
    return json;
  }

  private static ObjectNode quarantined(Quarantined held) {
    ObjectNode json = block(held.log().block());
    json.put("index", held.log().index());
    json.put("transaction", hex(held.log().transaction()));
    json.put("contract", hex(held.log().address()));
    held.key().ifPresent(key -> json.put("key", hex(key)));
    json.put("why", held.why());
    return json;
  }

  private static String hex(Hash hash) {
    return HexFormat.of().formatHex(hash.bytes());
  }

  static String hex(Address address) {
    return HexFormat.of().formatHex(address.bytes());
  }
}
