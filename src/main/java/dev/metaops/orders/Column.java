package dev.metaops.orders;

import java.util.List;

/** What a row may say about an order. Each is looked for under its usual names unless told. */
public enum Column {
  ID("id order_id uuid"),
  STATE("state status order_status"),
  BUYER("buyer buyer_address depositor"),
  SELLER("seller seller_address counterparty"),
  TOKEN("token token_address"),
  AMOUNT("amount amount_wei"),
  /** The contract the order settles through; without it the configured one. */
  ESCROW_CONTRACT("escrow_contract escrow_address contract_address"),
  /** What the contract's events name the order by; without it the key rule says. */
  ESCROW_KEY("escrow_key escrow_id"),
  /** End of the funding window; without it a time after the row was created. */
  FUND_BY("fund_by"),
  CREATED_AT("created_at inserted_at"),
  UPDATED_AT("updated_at modified_at"),
  /** Since when the row has its state; without it the row's last change. */
  STATE_SINCE("state_since state_changed_at"),
  /** The transaction that is to move it, or that moved it last. */
  TRANSACTION("transaction_hash tx_hash"),
  /** Who sent that transaction. */
  SENDER("transaction_sender tx_from"),
  /** With which nonce. */
  NONCE("transaction_nonce tx_nonce");

  private final String usual;

  Column(String usual) {
    this.usual = usual;
  }

  /** The names it is looked for under, the first that is there winning. */
  public List<String> usual() {
    return List.of(usual.split(" ", -1));
  }

  /** Its name in configuration: {@code escrow-contract}. */
  public String key() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
