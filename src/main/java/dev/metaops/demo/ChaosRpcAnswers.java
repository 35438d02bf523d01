package dev.metaops.demo;

import dev.metaops.chaos.Chaos;
import dev.metaops.chaos.ChaosProxy;
import dev.metaops.chaos.Fault;
import dev.metaops.chaos.Injection;
import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.ChaosRpcCommand;
import dev.metaops.command.Conversation;
import dev.metaops.command.CtrlC;
import dev.metaops.command.ExitCode;
import dev.metaops.command.Feed;
import dev.metaops.config.Settings;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.Transport;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Stands in front of a node and spoils its answers, one line for each. */
public final class ChaosRpcAnswers implements Answers<ChaosRpcCommand> {
  @Override
  public Answer to(ChaosRpcCommand command, Conversation conversation) {
    return switch (command) {
      case ChaosRpcCommand.Run run -> {
        try {
          yield upstream(run, conversation.settings())
              .map(upstream -> run(run, upstream, conversation))
              .orElse(couldNot("no node is named: say --upstream URL, or configure chain.rpc-url"));
        } catch (IllegalArgumentException wrong) {
          yield couldNot(String.valueOf(wrong.getMessage()));
        }
      }
    };
  }

  private static Answer couldNot(String sentence) {
    return Answer.couldNot("chaos-rpc", "", sentence);
  }

  private static Optional<Endpoint> upstream(ChaosRpcCommand.Run run, Settings settings) {
    return run.upstream()
        .map(url -> Endpoint.parse("upstream", url.reveal()))
        .or(() ->
            settings.chain().providers().stream()
                .findFirst()
                .map(node -> Endpoint.parse(node.place(), node.url().reveal())));
  }

  /** Where people say nothing, a node's WebSocket is at the same place. */
  private static Optional<Endpoint> webSocket(
      ChaosRpcCommand.Run run, Endpoint upstream, Settings settings) {
    if (run.webSocket().isPresent()) {
      return run.webSocket().map(url -> Endpoint.parse("upstream's WebSocket", url.reveal()));
    }
    if (run.upstream().isEmpty() && settings.chain().webSocket().isPresent()) {
      return settings
          .chain()
          .webSocket()
          .map(node -> Endpoint.parse(node.place(), node.url().reveal()));
    }
    return Optional.of(
        Endpoint.parse(upstream.name(), upstream.url().toString().replaceFirst("(?i)^http", "ws")));
  }

  private static Answer run(ChaosRpcCommand.Run run, Endpoint upstream, Conversation conversation) {
    Feed feed = new Feed(conversation);
    long seed = run.seed().orElseGet(() -> new SplittableRandom().nextLong(1_000_000));
    Chaos chaos =
        new Chaos(
            Transport.http(upstream),
            run.faults(),
            seed,
            conversation.ticker(),
            injection -> feed.show(new Put(injection, now(conversation))));
    Optional<Endpoint> webSocket = webSocket(run, upstream, conversation.settings());
    CountDownLatch stop = new CountDownLatch(1);
    try (CtrlC _ = CtrlC.ends(stop::countDown);
        ChaosProxy proxy = ChaosProxy.open(chaos, webSocket, run.port(), conversation.ticker())) {
      feed.show(
          new Listening(
              "http://127.0.0.1:" + proxy.port(), upstream, seed, run.faults(), now(conversation)));
      await(stop, run.most());
      feed.show(new Summary(chaos.injected(), now(conversation)));
      return Answer.of(ExitCode.FINE, Feed.ended());
    } catch (IOException taken) {
      return couldNot(
          "port " + run.port() + " of loopback cannot be had (choose another with --port)");
    }
  }

  private static void await(CountDownLatch stop, Optional<Duration> most) {
    try {
      if (most.isEmpty()) {
        stop.await();
      } else {
        boolean _ = stop.await(most.get().toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private static Instant now(Conversation conversation) {
    return conversation.ticker().now().truncatedTo(ChronoUnit.MILLIS);
  }

  /** What every line of this feed has. */
  private sealed interface Line extends Picture {
    @Override
    default String shape() {
      return "chaos-rpc/1";
    }
  }

  private record Listening(String url, Endpoint upstream, long seed, List<Fault> faults, Instant at)
      implements Line {
    @Override
    public void drawText(Page page) {
      page.line(url + " in front of " + upstream + ", seed " + seed);
      faults.forEach(fault -> page.line("  " + fault.text() + ": " + fault.kind().sentence()));
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("at", at.toString())
          .put("what", "listening")
          .put("url", url)
          .put("upstream", upstream.shown())
          .put("seed", seed);
      ArrayNode all = into.putArray("faults");
      faults.forEach(fault -> all.add(fault.text()));
    }
  }

  private record Put(Injection injection, Instant at) implements Line {
    @Override
    public void drawText(Page page) {
      page.line(at + "  " + injection.fault().text() + "  " + injection.about());
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("at", at.toString())
          .put("what", "injected")
          .put("fault", injection.fault().text())
          .put("about", injection.about());
    }
  }

  private record Summary(Map<Fault, Long> injected, Instant at) implements Line {
    @Override
    public void drawText(Page page) {
      page.line(injected.isEmpty() ? "no fault was put in" : "put in:");
      injected.forEach((fault, count) -> page.line("  " + count + " × " + fault.text()));
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("at", at.toString()).put("what", "ended");
      ArrayNode all = into.putArray("faults");
      injected.forEach(
          (fault, count) -> all.addObject().put("fault", fault.text()).put("injected", count));
    }
  }
}
