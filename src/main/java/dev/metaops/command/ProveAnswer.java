package dev.metaops.command;

import dev.metaops.chain.Hex;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.ProvedEvent;
import dev.metaops.orders.OrderRow;
import dev.metaops.proof.ProofClaim;
import dev.metaops.proof.ProofFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** {@code events prove}: the proofs the ledger holds of an order's events, into a file. */
final class ProveAnswer {
  private final EventsCommand.Prove command;
  private final Conversation conversation;

  ProveAnswer(EventsCommand.Prove command, Conversation conversation) {
    this.command = command;
    this.conversation = conversation;
  }

  Answer answer() {
    try (Books books =
        Books.open(conversation, "metaops events prove", Reach.deadline(conversation))) {
      return books.ledger().isEmpty()
          ? couldNot("there is no ledger that could hold a proof: " + books.without())
          : OrderAnswers.named(
              books, command.order(), "prove", row -> proofs(books.ledger().get(), row));
    } catch (SQLException failure) {
      return couldNot(DatabaseWords.of(failure));
    }
  }

  private Answer proofs(LedgerStore ledger, OrderRow row) throws SQLException {
    if (row.terms().key().isEmpty()) {
      return couldNot("order " + row.id() + " has no escrow key, so it has no event");
    }
    List<ProvedEvent> events = ledger.completeness().proofs(row.terms().key().get());
    if (events.isEmpty()) {
      return couldNot("the ledger has no event of order " + row.id());
    }
    ProofFile file =
        new ProofFile(
            events.getFirst().chainId(),
            row.id(),
            events.stream().map(ProveAnswer::claim).toList());
    Path to =
        command
            .to()
            .orElseGet(() -> Path.of(row.id().replaceAll("[^A-Za-z0-9._-]", "_") + ".proofs.json"));
    try {
      Files.writeString(to, file.text(), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    } catch (IOException unwritable) {
      return couldNot(
          to
              + " cannot be written: "
              + unwritable.getClass().getSimpleName()
              + " (an existing file is never replaced; --to FILE names another)");
    }
    long proved = events.stream().filter(event -> event.proof().isPresent()).count();
    return Answer.of(
        proved == events.size() ? ExitCode.FINE : ExitCode.WARNING,
        new Screen(row.id(), to, events.size(), proved));
  }

  private static ProofClaim claim(ProvedEvent event) {
    return new ProofClaim(
        event.event().block(),
        event.event().transaction(),
        event.event().index(),
        event.proof().map(proof -> proof.firstLog()).orElse(0),
        event.contract(),
        event.event().kind(),
        event.proof().map(proof -> Hex.text(proof.proof())));
  }

  private static Answer couldNot(String why) {
    return Answer.couldNot("events", "prove", why);
  }

  private record Screen(String order, Path file, int events, long proved) implements Picture {
    @Override
    public String shape() {
      return "events-prove/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(
          proved == events ? Ink.GOOD : Ink.WARNING,
          proved
              + " of "
              + events
              + (events == 1 ? " event" : " events")
              + " of order "
              + order
              + (proved == events
                  ? " are proved; "
                  : " are proved, of the rest a node's word is all there is; ")
              + file);
      page.line(Ink.STRONG, "next: metaops events check-proof " + file);
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("order", order)
          .put("file", file.toString())
          .put("events", events)
          .put("proved", proved);
    }
  }
}
