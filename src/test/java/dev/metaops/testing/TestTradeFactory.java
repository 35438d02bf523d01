package dev.metaops.testing;

import dev.metaops.chain.Address;

/** A deployed factory of trade escrows, with account 0 as the arbiter of what it makes. */
public record TestTradeFactory(TestContract contract) {
  public Address address() {
    return contract.address();
  }

  /** The trade of {@link TestTrade.Terms#of}. */
  public TestTrade create(String orderId) {
    return create(TestTrade.Terms.of(contract.chain(), orderId));
  }

  /** By the terms' depositor; the arbiter is the factory's, whatever the terms say. */
  public TestTrade create(TestTrade.Terms terms) {
    contract.chain().send(createCall(terms));
    return new TestTrade(
        new TestContract(contract.chain(), addressOf(terms), Artifact.of("TradeEscrow")), terms);
  }

  public Call createCall(TestTrade.Terms terms) {
    return contract
        .call(
            "createTrade",
            terms.depositor(),
            terms.counterparty(),
            terms.amount(),
            terms.tradeHash())
        .by(terms.depositor());
  }

  /** Where a trade with these terms is, or will be. */
  public Address addressOf(TestTrade.Terms terms) {
    return contract.account(
        "tradeOf", terms.depositor(), terms.counterparty(), terms.amount(), terms.tradeHash());
  }

  /** Whether this factory made the contract there. */
  public boolean made(Address trade) {
    return contract.holds("made", trade);
  }
}
