package dev.metaops.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.FakeNode;
import dev.metaops.testing.FakeServer;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What vendors say of themselves. */
@Timeout(60)
class StatusPagesTest {
  @Test
  void vendorsAreAskedOnlyWhenTheirHostsAreConfiguredAndNeverWaitedForLong() throws IOException {
    try (FakeNode page = new FakeNode();
        FakeNode slow = new FakeNode().behave(new FakeNode.Behaviour.Hanging());
        FakeNode html = new FakeNode()) {
      page.behave(
          new FakeNode.Behaviour.Says(
              200,
              Map.of(),
              "{\"status\":{\"indicator\":\"major\",\"description\":\"Partial System Outage\"}}"));
      html.behave(new FakeNode.Behaviour.Says(200, Map.of(), "<html>"));
      StatusPages pages =
          new StatusPages(
              List.of(
                  vendor("Asked", page.url(), "example.com"),
                  vendor("Slow", slow.url(), "slow.example.org"),
                  vendor("Html", html.url(), "html.example.org"),
                  vendor("Other", page.url(), "example.net"),
                  vendor("Gone", "http://127.0.0.1:" + FakeServer.closedPort(), "gone.example")),
              SystemTicker.SYSTEM);
      List<StatusPages.Word> words =
          pages
              .ask(
                  List.of(
                      "db.Example.com",
                      "notexample.net",
                      "slow.example.org",
                      "html.example.org",
                      "a.gone.example"))
              .words();
      assertThat(words)
          .contains(new StatusPages.Word.Said("Asked", "major", "Partial System Outage"))
          .contains(new StatusPages.Word.NotReachable("Html", "HTTP 200 without a status"))
          .contains(new StatusPages.Word.NotReachable("Gone", "connection refused"))
          .hasSize(4);
      assertThat(words.get(1))
          .isInstanceOfSatisfying(
              StatusPages.Word.NotReachable.class,
              slowWord -> assertThat(slowWord.why()).contains("no answer within"));
      assertThat(page.headers()).hasSize(1);
    }
  }

  private static StatusPages.Vendor vendor(String name, String page, String suffix) {
    return new StatusPages.Vendor(name, List.of(suffix), URI.create(page));
  }
}
