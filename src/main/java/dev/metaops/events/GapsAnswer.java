package dev.metaops.events;

import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.ledger.Certificate;
import dev.metaops.ledger.CompletenessStore;
import dev.metaops.ledger.Gap;
import dev.metaops.ledger.Ledger;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.Scope;
import dev.metaops.ledger.Stream;
import dev.metaops.page.Ink;
import dev.metaops.page.Listing;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.EscrowReach;
import dev.metaops.reach.Misconfigured;
import dev.metaops.reach.Reach;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code events gaps}: what of the settled blocks is proved to be complete, and what is not. */
final class GapsAnswer {
  private static final int CERTIFICATES = 20;
  private static final int MOST = 10_000;

  private GapsAnswer() {}

  static Answer of(Listing listing, Conversation conversation) {
    try (Books books =
        Books.open(conversation, "metaops events gaps", Reach.deadline(conversation))) {
      Optional<Stream> stream = books.stream();
      if (stream.isEmpty()) {
        return Answer.couldNot("events", "gaps", "UNKNOWN: there is no ledger: " + books.without());
      }
      LedgerStore ledger = books.ledger().orElseThrow();
      String scope = Scope.of(EscrowReach.escrows(conversation.settings()));
      int limit = Math.min(listing.limit(), MOST);
      List<Gap> gaps =
          ledger.gaps(stream.get().chainId(), scope, Ledger.Agreement.IS_A_GAP, limit + 1);
      var screen =
          new Screen(
              stream.get(),
              ledger.completeness().extent(stream.get().chainId(), scope),
              gaps.subList(0, Math.min(gaps.size(), limit)),
              gaps.size() > limit ? More.THAN_SHOWN : More.NONE,
              ledger.completeness().certificates(stream.get().chainId(), CERTIFICATES));
      return Answer.of(gaps.isEmpty() ? ExitCode.FINE : ExitCode.WARNING, screen);
    } catch (Misconfigured wrong) {
      return Answer.couldNot("events", "gaps", String.valueOf(wrong.getMessage()));
    } catch (SQLException failure) {
      return Answer.couldNot("events", "gaps", "UNKNOWN: " + DatabaseWords.of(failure));
    }
  }

  private enum More {
    NONE,
    THAN_SHOWN
  }

  private record Screen(
      Stream stream,
      CompletenessStore.Extent extent,
      List<Gap> gaps,
      More more,
      List<Certificate> certificates)
      implements Picture {
    @Override
    public String shape() {
      return "events-gaps/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(gaps.isEmpty() ? Ink.GOOD : Ink.WARNING, headline());
      if (!gaps.isEmpty()) {
        var table =
            new Table()
                .column("blocks", Table.Side.RIGHT)
                .column("from", Table.Side.RIGHT)
                .column("to", Table.Side.RIGHT)
                .column("why")
                .column("since");
        for (Gap gap : gaps) {
          table.row(
              List.of(
                  Table.Cell.of(Long.toString(gap.blocks())),
                  Table.Cell.of(Long.toString(gap.from())),
                  Table.Cell.of(Long.toString(gap.to())),
                  Table.Cell.of(gap.why().sentence()),
                  Table.Cell.of(Ink.FAINT, gap.since().map(Instant::toString).orElse(""))));
        }
        page.table(table);
        if (more == More.THAN_SHOWN) {
          page.line(Ink.FAINT, "there are more; --limit N shows them");
        }
        page.line(
            Ink.STRONG,
            "next: metaops events resync --from-block "
                + gaps.getFirst().from()
                + " --to-block "
                + gaps.getFirst().to());
      }
    }

    private String headline() {
      if (extent.blocks() == 0) {
        return "No block is settled yet (" + stream.settleOn().text() + ")";
      }
      String proved =
          extent.proved()
              + " of "
              + extent.blocks()
              + " settled blocks ("
              + extent.from()
              + " to "
              + extent.settled()
              + ") are proved complete";
      String anchor =
          extent.proved() == 0
              ? ""
              : extent.anchor() >= 2
                  ? ", under blocks that " + extent.anchor() + " nodes hold for final"
                  : ", against one node's head";
      String agreed =
          extent.agreed() == 0 ? "" : "; " + extent.agreed() + " rest on nodes that agreed";
      return proved + anchor + agreed + (gaps.isEmpty() ? "; no gap" : "");
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("at", stream.now().toString())
          .put("chain", stream.chainId())
          .put("from", extent.from())
          .put("settled", extent.settled())
          .put("blocks", extent.blocks())
          .put("proved", extent.proved())
          .put("agreed", extent.agreed())
          .put("anchor", extent.anchor())
          .put("more", more == More.THAN_SHOWN);
      ArrayNode listed = into.putArray("gaps");
      for (Gap gap : gaps) {
        ObjectNode json =
            listed
                .addObject()
                .put("from", gap.from())
                .put("to", gap.to())
                .put("why", gap.why().word());
        gap.since().ifPresent(since -> json.put("since", since.toString()));
      }
      ArrayNode newest = into.putArray("certificates");
      for (Certificate certificate : certificates) {
        newest
            .addObject()
            .put("from", certificate.from())
            .put("to", certificate.to())
            .put("previous", certificate.previous().text())
            .put("end", certificate.end().text())
            .put("anchor", certificate.anchor())
            .put("completeness", certificate.completeness().word())
            .put("scope", certificate.scope())
            .put("at", certificate.at().toString());
      }
    }
  }
}
