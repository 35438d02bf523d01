package dev.metaops.demo;

import dev.metaops.chain.Hash;
import dev.metaops.chain.Receipt;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.page.Ink;
import dev.metaops.time.Deadline;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One order's life between a buyer and a seller, from the row to the end of its escrow. It ends by
 * itself after a while when the market is lively, or when it is told to.
 */
final class Trade implements Runnable {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
  private static final Duration ARBITER_THINKS = Duration.ofSeconds(3);

  /** How an escrow ends, and who ends it. */
  enum Ending {
    /** The buyer is content: the seller is paid. */
    RELEASE,
    /** The seller gives the money back. */
    REFUND,
    /** The seller declines the trade. */
    CANCEL,
    /** The buyer complains, the arbiter pays the seller. */
    DISPUTE
  }

  /** How far it has come on the chain. */
  enum Stage {
    PLACED,
    FUNDED,
    ENDING,
    ENDED
  }

  private final Market market;
  private final Terms terms;
  private final Party buyer;
  private final Party seller;
  private final Ending own;
  private final Duration patience;
  private final Hash key;
  private volatile Stage stage = Stage.PLACED;
  private volatile @Nullable Ending told;
  private volatile boolean held;

  /**
   * @param own how it ends when nobody says
   * @param patience how long after funding it ends by itself
   */
  Trade(Market market, Terms terms, Party buyer, Party seller, Ending own, Duration patience) {
    this.market = market;
    this.terms = terms;
    this.buyer = buyer;
    this.seller = seller;
    this.own = own;
    this.patience = patience;
    this.key = RegistryContract.key(terms);
  }

  String order() {
    return terms.orderId();
  }

  Hash key() {
    return key;
  }

  BigInteger amount() {
    return terms.amount();
  }

  String buyerName() {
    return buyer.name();
  }

  String sellerName() {
    return seller.name();
  }

  Stage stage() {
    return stage;
  }

  /** From now on this is how it ends, as soon as it can, lively market or not. */
  void end(Ending how) {
    told = how;
  }

  /** From now on it does not end by itself. */
  void hold() {
    held = true;
  }

  @Override
  public void run() {
    try {
      live();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      market.broke(this, e);
    }
  }

  private void live() throws InterruptedException {
    World world = market.world();
    RegistryContract contract = market.contract();
    world.venue().place(terms, world.contract(), key);
    say(Tape.Source.VENUE, buyer.name() + " buys from " + seller.name());
    Receipt funded = act(buyer, contract.create(terms), terms.amount());
    stage = Stage.FUNDED;
    chained("escrow funded", buyer, funded);
    Ending ending = ending();
    stage = Stage.ENDING;
    switch (ending) {
      case RELEASE -> chained("released", buyer, act(buyer, contract.release(key)));
      case REFUND -> chained("refunded", seller, act(seller, contract.refund(key)));
      case CANCEL -> chained("cancelled", seller, act(seller, contract.cancel(key)));
      case DISPUTE -> {
        chained("disputed", buyer, act(buyer, contract.dispute(key)));
        market.ticker().rest(ARBITER_THINKS);
        Party arbiter = market.arbiter();
        chained("released", arbiter, act(arbiter, contract.release(key)));
      }
    }
    stage = Stage.ENDED;
  }

  private Ending ending() throws InterruptedException {
    Deadline patient = Deadline.in(patience, market.ticker());
    while (true) {
      Optional<Ending> asked = Optional.ofNullable(told);
      if (asked.isPresent()) {
        return asked.get();
      }
      if (patient.hasPassed() && market.isLively() && !held) {
        return own;
      }
      market.ticker().rest(BETWEEN_LOOKS);
    }
  }

  private Receipt act(Party who, String data) {
    return act(who, data, BigInteger.ZERO);
  }

  private Receipt act(Party who, String data, BigInteger value) {
    World world = market.world();
    Hash sent = world.chain().send(who.account(), Optional.of(world.contract()), data, value);
    return world.chain().mined(sent);
  }

  private void chained(String what, Party who, Receipt receipt) {
    say(Tape.Source.CHAIN, what + " by " + who.name() + ", block " + receipt.block().number());
  }

  private void say(Tape.Source source, String what) {
    market.tape().happened(source, order(), amount(), Ink.PLAIN, what);
  }
}
