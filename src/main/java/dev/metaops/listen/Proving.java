package dev.metaops.listen;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Header;
import dev.metaops.ledger.Ledger;
import dev.metaops.proof.Bloom;
import dev.metaops.proof.HeaderSeal;
import dev.metaops.proof.ReceiptsTrie;
import dev.metaops.proof.Rooting;
import dev.metaops.proof.SealedHeader;
import dev.metaops.proof.Sealing;
import dev.metaops.rpc.Lie;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Ticker;
import java.util.List;
import java.util.Optional;

/**
 * Checks what nodes say of blocks against the blocks' own hashes. From one answer alone nobody can
 * tell a forged header from one of a chain that hashes other fields; so a chain whose headers and
 * receipts were once recomputed has to be recomputable from then on, and one that never was is read
 * without proof, which its blocks say. Thread-safe.
 */
public final class Proving {
  private final Providers providers;
  private final Unproved unproved;
  private final Ticker ticker;
  private volatile boolean seals;
  private volatile boolean roots;
  private volatile boolean keepsBlooms;

  /**
   * Knows nothing of the chain.
   *
   * @param assurance says what becomes of a block that should be provable and is not
   */
  public Proving(Providers providers, Assurance assurance, Ticker ticker) {
    this.providers = providers;
    this.unproved = assurance.unproved();
    this.ticker = ticker;
  }

  /** As much of this chain could be recomputed before. */
  public void knows(Ledger.Provable before) {
    switch (before) {
      case NOTHING_YET -> {}
      case HEADERS -> seals = true;
      case RECEIPTS -> {
        seals = true;
        roots = true;
      }
    }
  }

  /** Whether any header of this chain was recomputed yet. */
  boolean sealsHeaders() {
    return seals;
  }

  /**
   * The header as it was hashed; empty where the chain's headers are not recomputable, as far as is
   * known.
   *
   * @throws RpcUnavailable when they are and this one is not: the node that said it is caught
   */
  Optional<SealedHeader> sealed(Header header, Provider by) {
    return switch (HeaderSeal.of(header)) {
      case Sealing.Sealed(SealedHeader sealed) -> {
        seals = true;
        yield Optional.of(sealed);
      }
      case Sealing.Unsealed(String why) -> {
        if (seals && unproved == Unproved.STOP) {
          throw caught(
              by,
              Lie.Kind.FORGED_HEADER,
              "header of block " + header.ref(),
              header.fields().toString(),
              why);
        }
        yield Optional.empty();
      }
    };
  }

  /**
   * Whether a bloom that lacks our contracts proves anything: some chains fill it with zeros, so
   * receipts have to have shown first that this one keeps it.
   */
  boolean keepsBlooms() {
    return keepsBlooms;
  }

  /**
   * All logs of a block, recomputed to the root in its sealed header; empty where the chain's
   * receipts are not recomputable, as far as is known.
   *
   * @throws RpcUnavailable when they are and these are not: the node that said them is caught
   */
  Optional<Rooting.Rooted> rooted(Header header, List<FullReceipt> receipts, Provider by) {
    return switch (ReceiptsTrie.of(header.receiptsRoot(), receipts)) {
      case Rooting.Rooted rooted -> {
        roots = true;
        boolean isKept = rooted.bloom().equals(Bloom.of(header));
        keepsBlooms = isKept && (keepsBlooms || !rooted.logs().isEmpty());
        yield Optional.of(rooted);
      }
      case Rooting.Unrooted unrooted -> {
        if (roots && unproved == Unproved.STOP) {
          throw caught(
              by,
              Lie.Kind.WRONG_RECEIPTS,
              "receipts of block " + header.ref(),
              receipts.toString(),
              unrooted.why());
        }
        yield Optional.empty();
      }
    };
  }

  /** A node that shows another block where a settled one stands. */
  RpcUnavailable otherFork(Provider by, BlockRef theirs, BlockRef ours) {
    return caught(
        by,
        Lie.Kind.OTHER_FORK,
        "block " + ours.number(),
        theirs.toString(),
        ours + ", which is settled and which another node still shows");
  }

  private RpcUnavailable caught(
      Provider by, Lie.Kind kind, String request, String answer, String expected) {
    providers.caught(by, new Lie(kind, request, answer, expected, ticker.now()));
    return new RpcUnavailable(
        by.endpoint(), new RpcFailure.Garbage("it " + kind.words() + " (" + request + ")"));
  }
}
