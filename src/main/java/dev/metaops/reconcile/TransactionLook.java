package dev.metaops.reconcile;

import dev.metaops.chain.Address;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Execution;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Receipt;
import dev.metaops.chain.SenderNonce;
import dev.metaops.chain.SettleOn;
import dev.metaops.chain.Transaction;
import dev.metaops.escrow.RevertReasons;
import dev.metaops.order.SenderAccount;
import dev.metaops.order.TransactionFate;
import dev.metaops.order.TransactionSigns;
import dev.metaops.order.TransactionSigns.Moment;
import dev.metaops.order.TransactionSigns.Outcome;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Reply;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.rpc.Transactions;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Follows transactions by their hashes, many together: two hundred that are included are a dozen
 * requests. A receipt is asked after everything that says "not included", so that one that gets
 * into a block meanwhile is not called lost. Thread-safe.
 */
public final class TransactionLook {
  /** Hashes followed together; the node's batch limit. */
  private static final int TOGETHER = 100;

  /** Replacements searched for among {@link #TOGETHER}; others are named without it. */
  private static final int MOST_SEARCHES = 10;

  /**
   * A transaction to follow.
   *
   * @param remembered its sender and nonce, where somebody kept them: a node forgets both with it
   */
  public record Wanted(Hash hash, Optional<SenderNonce> remembered) {}

  private final Provider provider;
  private final Transactions transactions;
  private final Optional<Long> chainId;
  private final SettleOn settleOn;
  private final ReplayedReasons reasons;

  /**
   * Follows by this node.
   *
   * @param chainId the chain the transactions are on, when that is known; a node of another is
   *     refused
   */
  public TransactionLook(
      Provider provider, Optional<Long> chainId, SettleOn settleOn, RevertReasons reasons) {
    this.provider = provider;
    this.transactions = new Transactions(provider);
    this.chainId = chainId;
    this.settleOn = settleOn;
    this.reasons = new ReplayedReasons(provider, transactions, reasons);
  }

  /**
   * What became of each, in the order given. Never throws for a node's failure: that is {@link
   * TransactionFate.Unknown}, as is what the deadline left no time for.
   */
  public Map<Hash, TransactionFate> follow(List<Wanted> wanted, Deadline deadline) {
    Map<Hash, TransactionFate> fates = new LinkedHashMap<>();
    try {
      chainId.ifPresent(expected -> provider.requireChain(expected, deadline));
      ChainHead head = provider.head(deadline);
      Moment moment =
          new Moment(
              head.latest().number(),
              settleOn.settledNumber(head),
              transactions.feeMarket(deadline));
      for (int from = 0; from < wanted.size() && !deadline.hasPassed(); from += TOGETHER) {
        int to = Math.min(wanted.size(), from + TOGETHER);
        new Group(wanted.subList(from, to), moment, deadline).look(fates);
      }
    } catch (RpcUnavailable unavailable) {
      addRest(wanted, unavailable.endpoint() + ": " + unavailable.failure().sentence(), fates);
    }
    addRest(wanted, "not reached in time", fates);
    return fates;
  }

  private static void addRest(List<Wanted> wanted, String why, Map<Hash, TransactionFate> fates) {
    TransactionFate unknown = TransactionFate.of(new TransactionSigns.NotSeen(why));
    wanted.forEach(each -> fates.putIfAbsent(each.hash(), unknown));
  }

  /** Some of them, looked at together. Not thread-safe. */
  private final class Group {
    private final List<Wanted> wanted;
    private final Moment moment;
    private final Deadline deadline;
    private final List<Reply<Transaction>> known;
    private final Map<Address, SenderAccount> accounts;
    private final List<Reply<Receipt>> receipts;
    private final Map<Hash, String> refusals = new HashMap<>();
    private final Map<SenderNonce, Hash> successors = new HashMap<>();

    Group(List<Wanted> wanted, Moment moment, Deadline deadline) {
      this.wanted = wanted;
      this.moment = moment;
      this.deadline = deadline;
      List<Hash> hashes = wanted.stream().map(Wanted::hash).toList();
      known = transactions.known(hashes, deadline);
      accounts = accounts();
      refusals.putAll(orNothing(this::refusals));
      receipts = transactions.receipts(hashes, deadline);
    }

    void look(Map<Hash, TransactionFate> fates) {
      Map<Hash, String> why = orNothing(() -> reasons.of(undone(), deadline));
      searchSuccessors();
      for (int at = 0; at < wanted.size(); at++) {
        fates.put(wanted.get(at).hash(), TransactionFate.of(signs(at, why)));
      }
    }

    private TransactionSigns signs(int at, Map<Hash, String> why) {
      if (known.get(at) instanceof Reply.Failed<Transaction>(RpcFailure failure)) {
        return new TransactionSigns.NotSeen(provider.endpoint() + ": " + failure.sentence());
      }
      if (receipts.get(at) instanceof Reply.Failed<Receipt>(RpcFailure failure)) {
        return new TransactionSigns.NotSeen(provider.endpoint() + ": " + failure.sentence());
      }
      Hash hash = wanted.get(at).hash();
      Optional<SenderNonce> place = place(at);
      return new TransactionSigns.Seen(
          hash,
          moment,
          known.get(at).value(),
          receipts
              .get(at)
              .value()
              .map(receipt ->
                  new Outcome(
                      receipt.block(),
                      receipt.execution(),
                      Optional.ofNullable(why.get(receipt.transaction())))),
          wanted.get(at).remembered(),
          place.flatMap(found -> Optional.ofNullable(accounts.get(found.sender()))),
          place.flatMap(found -> Optional.ofNullable(successors.get(found))),
          Optional.ofNullable(refusals.get(hash)));
    }

    private Optional<SenderNonce> place(int at) {
      return known.get(at).value().map(Transaction::place).or(wanted.get(at)::remembered);
    }

    private boolean isInBlock(int at) {
      return known.get(at).value().flatMap(Transaction::block).isPresent();
    }

    /** The accounts of the senders of all that is in no block; with pools where those decide. */
    private Map<Address, SenderAccount> accounts() {
      Set<Address> senders = new TreeSet<>();
      for (int at = 0; at < wanted.size(); at++) {
        if (!isInBlock(at)) {
          place(at).map(SenderNonce::sender).ifPresent(senders::add);
        }
      }
      if (senders.isEmpty()) {
        return Map.of();
      }
      var reading = new SenderAccounts(transactions);
      Map<Address, SenderAccount> found =
          orNothing(() -> reading.read(List.copyOf(senders), deadline));
      List<Address> crowded =
          senders.stream().filter(sender -> isPoolNeeded(sender, found)).toList();
      try {
        reading.addPools(crowded, found, deadline);
      } catch (RpcUnavailable late) {
        // Without its pool an account still tells what is certain.
      }
      return found;
    }

    private boolean isPoolNeeded(Address sender, Map<Address, SenderAccount> found) {
      return Optional.ofNullable(found.get(sender))
          .filter(account -> {
            for (int at = 0; at < wanted.size(); at++) {
              long next = known.get(at).value().isPresent() ? account.nonce() + 1 : account.nonce();
              boolean needsIt =
                  !isInBlock(at)
                      && place(at)
                          .filter(place -> place.sender().equals(sender) && place.nonce() >= next)
                          .isPresent();
              if (needsIt) {
                return true;
              }
            }
            return false;
          })
          .isPresent();
    }

    /** What the contract says now to those that are next in line. */
    private Map<Hash, String> refusals() {
      List<Transaction> next =
          known.stream()
              .flatMap(reply -> reply.value().stream())
              .filter(transaction -> transaction.block().isEmpty())
              .filter(transaction ->
                  Optional.ofNullable(accounts.get(transaction.from()))
                      .filter(account -> account.nonce() == transaction.nonce())
                      .isPresent())
              .toList();
      return next.isEmpty() ? Map.of() : reasons.refusals(next, deadline);
    }

    private List<ReplayedReasons.Undone> undone() {
      List<ReplayedReasons.Undone> undone = new ArrayList<>();
      for (int at = 0; at < wanted.size(); at++) {
        Optional<Receipt> receipt =
            receipts.get(at).value().filter(found -> found.execution() == Execution.REVERTED);
        Optional<Transaction> transaction = known.get(at).value();
        if (receipt.isPresent() && transaction.isPresent()) {
          undone.add(new ReplayedReasons.Undone(transaction.get(), receipt.get().block()));
        }
      }
      return undone;
    }

    private void searchSuccessors() {
      Set<SenderNonce> taken = new LinkedHashSet<>();
      for (int at = 0; at < wanted.size(); at++) {
        boolean isOpen = !isInBlock(at) && receipts.get(at).value().isEmpty();
        place(at).filter(place -> isOpen && isPassed(place)).ifPresent(taken::add);
      }
      var search = new NonceSearch(transactions);
      for (SenderNonce place : taken.stream().limit(MOST_SEARCHES).toList()) {
        try {
          search
              .find(place, moment.head(), deadline)
              .ifPresent(hash -> successors.put(place, hash));
        } catch (RpcUnavailable late) {
          return; // it is replaced all the same; only by what stays open
        }
      }
    }

    private boolean isPassed(SenderNonce place) {
      return Optional.ofNullable(accounts.get(place.sender()))
          .filter(account -> account.nonce() > place.nonce())
          .isPresent();
    }
  }

  /** What is good to know and not needed. */
  private static <K, V> Map<K, V> orNothing(Supplier<Map<K, V>> look) {
    try {
      return look.get();
    } catch (RpcUnavailable late) {
      return new HashMap<>();
    }
  }
}
