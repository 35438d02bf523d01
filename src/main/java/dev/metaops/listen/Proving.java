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
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Checks what nodes say of blocks against the blocks' own hashes. From one answer alone nobody can
 * tell a forged header from one of a chain that hashes other fields; so a chain whose headers and
 * receipts were once recomputed has to be recomputable from then on, and one that never was is read
 * without proof, which its blocks say. Thread-safe.
 */
public final class Proving {
  /**
   * Chains whose headers and receipts are encoded as this program knows them, from their first
   * block on: Ethereum and its test networks, OP Mainnet, Base, Polygon and Amoy. Of these a node
   * is caught by its first lie; of others only once one block was proved.
   */
  private static final Set<Long> KNOWN =
      Set.of(1L, 11_155_111L, 17_000L, 560_048L, 10L, 8_453L, 137L, 80_002L);

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

  /** Knows what this ledger has proved of the chain, and how the best known chains hash. */
  public static Proving of(
      long chainId, Providers providers, Assurance assurance, Ledger ledger, Ticker ticker)
      throws SQLException {
    Proving proving = new Proving(providers, assurance, ticker);
    proving.knows(KNOWN.contains(chainId) ? Ledger.Provable.RECEIPTS : ledger.provable(chainId));
    return proving;
  }

  /** As much of this chain could be recomputed before. */
  private void knows(Ledger.Provable before) {
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

  /** Whether the receipts of any block of this chain were recomputed yet. */
  boolean rootsReceipts() {
    return roots;
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
        if (receipts.isEmpty()) {
          // It has transactions, so it has receipts: nodes lack them for a moment after a new head.
          throw new RpcUnavailable(
              by.endpoint(),
              new RpcFailure.Behind("it has no receipts of block " + header.ref() + " yet"));
        }
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
        by.endpoint(), new RpcFailure.Lied("it " + kind.words() + " (" + request + ")"));
  }
}
