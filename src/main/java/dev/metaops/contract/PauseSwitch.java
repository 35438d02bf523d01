package dev.metaops.contract;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hex;
import java.util.Optional;

/** The transaction that stops new escrows, or accepts them again. */
public enum PauseSwitch {
  PAUSE("pause"),
  UNPAUSE("unpause");

  private final String verb;

  PauseSwitch(String verb) {
    this.verb = verb;
  }

  public String verb() {
    return verb;
  }

  /** What to send, without arguments: the function's four bytes. */
  public String data() {
    return Keccaks.of(verb + "()").text().substring(0, 10);
  }

  /** What {@code paused()} says when it is done. */
  public boolean wanted() {
    return switch (this) {
      case PAUSE -> true;
      case UNPAUSE -> false;
    };
  }

  /** Whether the code that runs knows this function: compilers write its four bytes there. */
  public boolean isIn(Bytecode running) {
    return running.contains(Hex.bytes(data()));
  }

  /** Who may send it, as read on chain; empty when the contract names neither. */
  public static Optional<Address> sender(Observation seen) {
    return seen.roles().arbiter().or(seen.roles()::owner);
  }
}
