package dev.metaops.listen;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Log;
import dev.metaops.escrow.Escrows;
import dev.metaops.ledger.Completeness;
import dev.metaops.ledger.ProvedReceipt;
import dev.metaops.ledger.ReadBlock;
import dev.metaops.proof.Bloom;
import dev.metaops.proof.InclusionProof;
import dev.metaops.proof.Interest;
import dev.metaops.proof.ReceiptsTrie;
import dev.metaops.proof.Rooting;
import dev.metaops.proof.SealedHeader;
import dev.metaops.rpc.Heard;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.Purpose;
import dev.metaops.rpc.Question;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what our contracts did in blocks, and says of each block how sure it is that they did
 * nothing else. Where the bloom of a recomputed header may hold them, all receipts are read and
 * recomputed; eth_getLogs is asked only where a chain cannot be proved.
 */
final class BlockReader {
  /** Blocks whose receipts travel in one answer, at most. */
  private static final int RECEIPTS_AT_ONCE = 25;

  /**
   * Gas used in all of them: 30 million make half a megabyte of receipts as JSON on Ethereum, which
   * takes ten times that while it is read.
   */
  private static final long GAS_AT_ONCE = 60_000_000;

  private final Escrows escrows;
  private final Providers providers;
  private final Proving proving;
  private final Purpose purpose;
  private final Assurance.Proofs when;
  private Ours ours = new Ours(Set.of(), new Interest(Set.of(), Set.of()));

  BlockReader(
      Escrows escrows,
      Providers providers,
      Proving proving,
      Purpose purpose,
      Assurance.Proofs when) {
    this.escrows = escrows;
    this.providers = providers;
    this.proving = proving;
    this.purpose = purpose;
    this.when = when;
  }

  /** The logs of some blocks, in chain order. */
  record BlockLogs(List<Log> logs, List<ReadBlock> blocks, List<ProvedReceipt> proofs) {}

  /** A block whose receipts have to be read. */
  private record Open(Header header, SealedHeader sealed) {}

  /**
   * What these contracts did in these blocks. Empty when the nodes' answers do not fit together.
   *
   * @param finalTo the highest block that is final
   */
  Optional<BlockLogs> of(
      List<Header> blocks, long finalTo, Set<Address> contracts, Deadline deadline) {
    return of(blocks, finalTo, contracts, Set.of(), deadline);
  }

  /**
   * The same.
   *
   * @param inFull numbers of blocks whose receipts are read whatever their bloom says
   */
  Optional<BlockLogs> of(
      List<Header> blocks,
      long finalTo,
      Set<Address> contracts,
      Set<Long> inFull,
      Deadline deadline) {
    Interest interest = interest(contracts);
    Map<Hash, Completeness> known = new HashMap<>();
    List<Open> open = new ArrayList<>();
    List<Header> unsealed = new ArrayList<>();
    for (Header header : blocks) {
      Optional<SealedHeader> sealed = sealed(header);
      if (sealed.isEmpty()) {
        unsealed.add(header);
      } else if (header.receiptsRoot().equals(ReceiptsTrie.emptyRoot())) {
        known.put(header.hash(), Completeness.RECEIPTS);
      } else if (!inFull.contains(header.number())
          && proving.keepsBlooms()
          && !interest.mayBeIn(Bloom.of(header))) {
        known.put(header.hash(), Completeness.BLOOM);
      } else {
        open.add(new Open(header, sealed.get()));
      }
    }
    List<Log> logs = new ArrayList<>();
    List<ProvedReceipt> proofs = new ArrayList<>();
    if (when == Assurance.Proofs.LATER
        && !withLogs(open, finalTo, contracts, logs, known, deadline)) {
      return Optional.empty();
    }
    for (int from = 0; from < open.size(); ) {
      List<Open> some = open.subList(from, from + atOnce(open, from));
      from += some.size();
      List<Optional<Whole>> whole = whole(some, deadline);
      for (int at = 0; at < some.size(); at++) {
        Open one = some.get(at);
        if (whole.get(at).isEmpty()) {
          unsealed.add(one.header());
          continue;
        }
        known.put(one.header().hash(), Completeness.RECEIPTS);
        take(one, whole.get(at).get(), contracts, logs, proofs);
      }
    }
    if (!unsealed.isEmpty()) {
      Optional<Completeness> word = unproved(unsealed, finalTo, contracts, logs, deadline);
      if (word.isEmpty()) {
        return Optional.empty();
      }
      unsealed.forEach(header -> known.put(header.hash(), word.get()));
    }
    logs.sort(Logs.PLACE);
    return Optional.of(
        new BlockLogs(
            logs,
            blocks.stream()
                .map(header ->
                    new ReadBlock(header, known.getOrDefault(header.hash(), Completeness.NONE)))
                .toList(),
            proofs));
  }

  /**
   * Reads by range what final blocks hold, and takes those that hold something off the list of
   * those to be proved now. A block that may hold something and does not, stays on it. Whether the
   * answers fit together.
   */
  private boolean withLogs(
      List<Open> open,
      long finalTo,
      Set<Address> contracts,
      List<Log> logs,
      Map<Hash, Completeness> known,
      Deadline deadline) {
    List<Header> finals =
        open.stream().map(Open::header).filter(header -> header.number() <= finalTo).toList();
    if (finals.isEmpty()) {
      return true;
    }
    Optional<List<Log>> found =
        providers
            .ask(
                purpose,
                (provider, within) -> new Logs(provider).of(finals, finalTo, contracts, within),
                deadline)
            .value();
    found.ifPresent(all -> {
      logs.addAll(all);
      all.forEach(log -> known.put(log.block().hash(), Completeness.NONE));
      open.removeIf(one -> known.containsKey(one.header().hash()));
    });
    return found.isPresent();
  }

  /**
   * With a contract for each order there are too many for their addresses alone to rule a block
   * out. With few, topics are left aside, so that events nobody mapped are seen too.
   */
  private Interest interest(Set<Address> contracts) {
    Ours known = ours;
    if (!known.contracts().equals(contracts)) {
      known =
          new Ours(
              Set.copyOf(contracts),
              new Interest(
                  contracts,
                  escrows.profile().isContractPerOrder()
                      ? escrows.profile().watchedTopics()
                      : Set.of()));
      ours = known;
    }
    return known.interest();
  }

  /** Their bits, computed once for a set of contracts: 50,000 take 60 ms. */
  private record Ours(Set<Address> contracts, Interest interest) {}

  private Optional<SealedHeader> sealed(Header header) {
    return proving.sealsHeaders()
        ? proving.sealed(header, providers.all().getFirst())
        : Optional.empty();
  }

  /** How many blocks from there on are asked for together, at least one. */
  private static int atOnce(List<Open> open, int from) {
    long gas = 0;
    int count = 0;
    while (count < RECEIPTS_AT_ONCE && from + count < open.size()) {
      gas += gasUsed(open.get(from + count).header());
      if (count > 0 && gas > GAS_AT_ONCE) {
        break;
      }
      count++;
    }
    return count;
  }

  /** A sealed header tells it; who does not is taken for a full block. */
  private static long gasUsed(Header header) {
    String told = header.fields().getOrDefault("gasUsed", "");
    return told.matches("0x[0-9a-f]{1,12}")
        ? Long.parseLong(told.substring(2), 16)
        : GAS_AT_ONCE / 2;
  }

  /** All receipts of a block, and that they are all. */
  private record Whole(List<FullReceipt> receipts, Rooting.Rooted rooted) {}

  private List<Optional<Whole>> whole(List<Open> open, Deadline deadline) {
    boolean wasProvable = proving.rootsReceipts();
    Question<List<Optional<Whole>>> question = (provider, within) -> whole(open, provider, within);
    List<Optional<Whole>> whole = providers.ask(purpose, question, deadline).value();
    if (wasProvable || whole.stream().allMatch(Optional::isPresent)) {
      return whole;
    }
    // Before this chain counts as one that cannot be proved, every node was heard.
    if (!proving.rootsReceipts() && providers.all().size() > 1) {
      providers.askAll(purpose, question, deadline);
    }
    return proving.rootsReceipts() ? providers.ask(purpose, question, deadline).value() : whole;
  }

  private List<Optional<Whole>> whole(List<Open> open, Provider provider, Deadline deadline) {
    List<BlockRef> blocks = open.stream().map(one -> one.header().ref()).toList();
    List<List<FullReceipt>> all = provider.receipts(blocks, deadline);
    List<Optional<Whole>> whole = new ArrayList<>();
    for (int at = 0; at < open.size(); at++) {
      List<FullReceipt> receipts = all.get(at);
      whole.add(
          proving
              .rooted(open.get(at).header(), receipts, provider)
              .map(rooted -> new Whole(receipts, rooted)));
    }
    return whole;
  }

  /** Our logs of a proved block, and the proofs of the transactions that made mapped ones. */
  private void take(
      Open block, Whole whole, Set<Address> contracts, List<Log> logs, List<ProvedReceipt> proofs) {
    Set<Hash> topics = escrows.profile().watchedTopics();
    int place = 0;
    for (int index = 0; index < whole.rooted().trie().size(); index++) {
      int first = place;
      place += whole.receipts().get(index).receipt().logs().size();
      List<Log> ours =
          whole.rooted().logs().subList(first, place).stream()
              .filter(log -> contracts.contains(log.address()))
              .toList();
      logs.addAll(ours);
      if (ours.stream().anyMatch(log -> isMapped(log, topics))) {
        proofs.add(
            new ProvedReceipt(
                block.header().ref(),
                ours.getFirst().transaction(),
                first,
                InclusionProof.of(block.sealed(), whole.rooted().trie(), index).bytes()));
      }
    }
  }

  private static boolean isMapped(Log log, Set<Hash> topics) {
    return !log.topics().isEmpty() && topics.contains(log.topics().getFirst());
  }

  /**
   * Adds what eth_getLogs says of blocks that cannot be proved; how far it can be believed. Empty
   * when the answers do not fit together.
   */
  private Optional<Completeness> unproved(
      List<Header> blocks,
      long finalTo,
      Set<Address> contracts,
      List<Log> logs,
      Deadline deadline) {
    if (providers.all().size() == 1) {
      Optional<List<Log>> found =
          new Logs(providers.all().getFirst()).of(blocks, finalTo, contracts, deadline);
      found.ifPresent(logs::addAll);
      return found.map(_ -> Completeness.NONE);
    }
    List<Heard<Optional<List<Log>>>> heard =
        providers.askAll(
            purpose,
            (provider, within) -> new Logs(provider).of(blocks, finalTo, contracts, within),
            deadline);
    Optional<List<Log>> first = Optional.empty();
    Optional<RpcUnavailable> failure = Optional.empty();
    int same = 0;
    for (Heard<Optional<List<Log>>> one : heard) {
      switch (one) {
        case Heard.Said<Optional<List<Log>>>(Provider by, Optional<List<Log>> said) -> {
          if (said.isEmpty()) {
            return Optional.empty();
          }
          if (first.isPresent() && !first.get().equals(said.get())) {
            throw new RpcUnavailable(
                by.endpoint(),
                new RpcFailure.Garbage(
                    "nodes disagree about the logs of blocks "
                        + blocks.getFirst().number()
                        + " to "
                        + blocks.getLast().number()
                        + ", which cannot be proved"));
          }
          first = said;
          same++;
        }
        case Heard.Silent<Optional<List<Log>>>(Provider by, RpcFailure why) ->
            failure = Optional.of(new RpcUnavailable(by.endpoint(), why));
      }
    }
    if (first.isEmpty()) {
      throw failure.orElseThrow();
    }
    logs.addAll(first.get());
    return Optional.of(same >= 2 ? Completeness.AGREED : Completeness.NONE);
  }
}
