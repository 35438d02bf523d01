package dev.metaops.command;

import dev.metaops.contract.PauseSwitch;
import java.time.Duration;
import java.util.Optional;

/** The escrow contract itself: whether it is the right one and does what it should. */
public sealed interface ContractCommand extends Command {
  /** How many of the newest blocks events are read from. */
  long STANDARD_BLOCKS = 5_000;

  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.contract().to(this, conversation);
  }

  @Override
  default Need need() {
    return Need.CHAIN;
  }

  /** What is verified; the first is the standard. */
  enum VerifyPart {
    FULL,
    DEPLOYMENT,
    EVENTS,
    NETWORK
  }

  /** What is tested; the first is the standard. */
  enum TestPart {
    FULL,
    NETWORK,
    FUNCTIONS,
    STATE,
    EVENTS
  }

  /** How a transaction is written down in JSON. */
  enum Form {
    TRANSACTION,
    /** For Safe's transaction builder. */
    SAFE_BATCH
  }

  /** Compares with artifact, baseline, ABI, and the providers with each other. */
  record Verify(VerifyPart part, long blocks) implements ContractCommand {
    @Override
    public String name() {
      return "contract verify";
    }
  }

  /** Asks the contract and lays its money beside the open orders. */
  record Test(TestPart part, long blocks) implements ContractCommand {
    @Override
    public String name() {
      return "contract test";
    }
  }

  /** Approves what is there now. */
  record Pin(Consent consent) implements ContractCommand {
    @Override
    public String name() {
      return "contract pin";
    }
  }

  /**
   * Prints the transaction and sends nothing.
   *
   * @param watch how long to wait for the chain to say so; empty to wait not at all
   */
  record Switch(PauseSwitch which, Optional<Duration> watch, Form form) implements ContractCommand {
    @Override
    public String name() {
      return "contract " + which.verb();
    }
  }
}
