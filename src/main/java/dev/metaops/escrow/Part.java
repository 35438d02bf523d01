package dev.metaops.escrow;

import java.util.List;
import java.util.Locale;

/** What an event may say of an escrow, and the names its parameters usually have. */
enum Part {
  KEY,
  ID,
  BUYER,
  SELLER,
  TOKEN,
  AMOUNT,
  DEADLINE,
  /** Who was paid, or who acted. */
  TO;

  List<String> usual(EscrowKind kind) {
    return switch (this) {
      case KEY -> List.of("orderId", "escrowId", "tradeId", "id", "orderHash", "key", "hash");
      case ID -> List.of("orderRef", "reference");
      case BUYER -> List.of("buyer", "depositor", "payer");
      case SELLER -> List.of("seller", "counterparty", "beneficiary", "payee");
      case TOKEN -> List.of("token", "asset", "currency");
      case AMOUNT -> List.of("amount", "value", "weiAmount", "amountWei");
      case DEADLINE -> List.of("deadline", "expiry", "expiresAt");
      case TO -> parties(kind);
    };
  }

  private static List<String> parties(EscrowKind kind) {
    return switch (kind) {
      case CREATED -> List.of();
      case DEPOSITED, TRADED -> List.of("depositor", "buyer", "sender", "by");
      case CONFIRMED -> List.of("seller", "counterparty", "sender", "by");
      case PART_RELEASED, RELEASED ->
          List.of("to", "recipient", "receiver", "seller", "payee", "beneficiary");
      case REFUNDED, CANCELLED -> List.of("to", "depositor", "buyer", "payer", "payee");
      case DISPUTED -> List.of("by", "sender", "party", "initiator");
    };
  }

  boolean fits(String type) {
    return switch (this) {
      case KEY -> type.matches("bytes([0-9]+)?|string|address|uint[0-9]+");
      case ID -> type.equals("string");
      case BUYER, SELLER, TOKEN, TO -> type.equals("address");
      case AMOUNT, DEADLINE -> type.matches("uint[0-9]+");
    };
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
