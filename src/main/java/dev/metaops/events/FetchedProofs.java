package dev.metaops.events;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Header;
import dev.metaops.chain.Hex;
import dev.metaops.chain.Log;
import dev.metaops.command.Conversation;
import dev.metaops.config.Endpoint;
import dev.metaops.ledger.ProvedEvent;
import dev.metaops.proof.HeaderSeal;
import dev.metaops.proof.InclusionProof;
import dev.metaops.proof.ProofClaim;
import dev.metaops.proof.ReceiptsTrie;
import dev.metaops.proof.Rooting;
import dev.metaops.proof.SealedHeader;
import dev.metaops.proof.Sealing;
import dev.metaops.reach.Reach;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Proofs of events that the ledger has none of yet: read from the configured nodes now, one after
 * the other, and recomputed. Each block is read once.
 */
public final class FetchedProofs {
  private final Conversation conversation;
  private final Deadline deadline;
  private final Map<BlockRef, Optional<Rooted>> blocks = new HashMap<>();

  public FetchedProofs(Conversation conversation, Deadline deadline) {
    this.conversation = conversation;
    this.deadline = deadline;
  }

  private record Rooted(SealedHeader header, List<FullReceipt> receipts, Rooting.Rooted rooting) {}

  /** The claim as the ledger has it, with the proof of a node where the ledger has none. */
  public ProofClaim claim(ProvedEvent event) {
    ProofClaim known = ProveAnswer.claim(event);
    return known.proof().isPresent() ? known : fetched(known).orElse(known);
  }

  private Optional<ProofClaim> fetched(ProofClaim claim) {
    return blocks
        .computeIfAbsent(claim.block(), this::read)
        .flatMap(block ->
            block.receipts().stream()
                .filter(receipt -> receipt.receipt().transaction().equals(claim.transaction()))
                .findFirst()
                .map(receipt -> proved(claim, block, receipt)));
  }

  private static ProofClaim proved(ProofClaim claim, Rooted block, FullReceipt receipt) {
    int first =
        block.rooting().logs().stream()
            .filter(log -> log.transaction().equals(claim.transaction()))
            .mapToInt(Log::index)
            .findFirst()
            .orElse(claim.firstLog());
    InclusionProof proof =
        InclusionProof.of(block.header(), block.rooting().trie(), receipt.transactionIndex());
    return new ProofClaim(
        claim.block(),
        claim.transaction(),
        claim.log(),
        first,
        claim.contract(),
        claim.event(),
        Optional.of(Hex.text(proof.bytes())));
  }

  private Optional<Rooted> read(BlockRef block) {
    for (Endpoint endpoint : conversation.settings().chain().providers()) {
      try {
        Optional<Rooted> read =
            read(Reach.provider(endpoint, Patience.ONCE, conversation.ticker()), block);
        if (read.isPresent()) {
          return read;
        }
      } catch (RpcUnavailable next) {
        // Another node may answer; without any the event stays unproved, and the bundle says so.
      }
    }
    return Optional.empty();
  }

  private Optional<Rooted> read(Provider provider, BlockRef block) {
    Optional<Header> header = provider.header(block.hash(), deadline);
    if (header.isEmpty()
        || !(HeaderSeal.of(header.get()) instanceof Sealing.Sealed(SealedHeader sealed))) {
      return Optional.empty();
    }
    List<FullReceipt> receipts = provider.receipts(List.of(block), deadline).getFirst();
    return ReceiptsTrie.of(header.get().receiptsRoot(), receipts) instanceof Rooting.Rooted rooting
        ? Optional.of(new Rooted(sealed, receipts, rooting))
        : Optional.empty();
  }
}
