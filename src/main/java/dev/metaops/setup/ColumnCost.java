package dev.metaops.setup;

import dev.metaops.orders.Column;

/** What it costs that no column says something. */
final class ColumnCost {
  private ColumnCost() {}

  static String of(Column column) {
    return switch (column) {
      case ID, STATE -> "without it the table cannot be read as orders";
      case BUYER -> "deposits are not compared with who should have made them";
      case SELLER -> "releases are not compared with who should have been paid";
      case TOKEN -> "tokens are not compared, unless orders.token says one for all rows";
      case AMOUNT -> "amounts are neither compared nor summed";
      case ESCROW_CONTRACT -> "every order is taken for one of escrow.address";
      case ESCROW_KEY -> "the key is computed as escrow.key says";
      case FUND_BY -> "the funding window is orders.funding-window after the creation";
      case CREATED_AT -> "the last change counts as the creation";
      case UPDATED_AT -> "changes are seen by the row's other times only";
      case STATE_SINCE -> "the last change of the row counts as that of its state";
      case TRANSACTION -> "a row's own transaction is not followed: no TX_TROUBLE";
      case SENDER, NONCE -> "a dropped or replaced transaction is not told from one never sent";
    };
  }
}
