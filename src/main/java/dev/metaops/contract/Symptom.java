package dev.metaops.contract;

import java.util.Locale;

/** What was found, by a name that stays. */
public enum Symptom {
  AS_EXPECTED,
  /** Nothing was expected; this is how it is. */
  NOTED,
  CHAIN_UNREACHABLE,
  PROVIDER_DOWN,
  WRONG_CHAIN,
  /** Providers disagree about the same block. */
  PROVIDERS_DISAGREE,
  /** No code at the address. */
  CODE_ABSENT,
  CODE_CHANGED,
  CODE_NOT_COMPARED,
  IMPLEMENTATION_UPGRADED,
  ADMIN_CHANGED,
  OWNER_CHANGED,
  ARBITER_CHANGED,
  ARBITER_HANDOVER,
  CONTRACT_PAUSED,
  CONTRACT_UNPAUSED,
  NO_BASELINE,
  /** A mapped event that the ABI or the code does not have. */
  EVENT_MISSING,
  /** Emitted, and not in the ABI. */
  EVENT_UNKNOWN,
  EVENT_UNDECODABLE,
  EVENTS_UNREAD,
  FUNCTION_WRONG,
  /** The balance is below what the contract says it holds. */
  ESCROW_SHORT,
  ESCROW_SURPLUS,
  /** Open orders claim more than the contract holds. */
  ORDERS_WITHOUT_ESCROW,
  /** The contract holds more than open orders claim. */
  ESCROW_WITHOUT_ORDERS,
  ORDERS_NOT_COMPARED;

  /** {@code code-changed}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
