package dev.metaops.connection;

import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;

/**
 * What vendors say of themselves. Only those are asked whose hosts are configured, and what they
 * say is shown beside, never judged: their page may be the last to know.
 */
public final class StatusPages {
  /** A vendor whose page has the shape of Atlassian's Statuspage. */
  public record Vendor(String name, List<String> hostSuffixes, URI page) {
    public Vendor {
      hostSuffixes = List.copyOf(hostSuffixes);
    }

    boolean owns(String host) {
      return hostSuffixes.stream()
          .anyMatch(suffix -> host.equals(suffix) || host.endsWith("." + suffix));
    }
  }

  /** What one page said. */
  public sealed interface Word {
    String vendor();

    /**
     * It answered.
     *
     * @param indicator none, minor, major, critical or maintenance
     */
    record Said(String vendor, String indicator, String description) implements Word {}

    record NotReachable(String vendor, String why) implements Word {}
  }

  /** As the vendors publish them; each answers {@code /api/v2/status.json}. */
  public static final List<Vendor> KNOWN =
      List.of(
          vendor("Supabase", "https://status.supabase.com", "supabase.co", "supabase.com"),
          vendor("Alchemy", "https://status.alchemy.com", "alchemy.com", "alchemyapi.io"),
          vendor("Infura", "https://status.infura.io", "infura.io"),
          vendor("QuickNode", "https://status.quicknode.com", "quiknode.pro", "quicknode.com"),
          vendor("Cloudflare", "https://www.cloudflarestatus.com", "cloudflare-eth.com"));

  /** A page slower than this is of no help to somebody who waits. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final List<Vendor> vendors;
  private final Ticker ticker;

  public StatusPages(List<Vendor> vendors, Ticker ticker) {
    this.vendors = List.copyOf(vendors);
    this.ticker = ticker;
  }

  private static Vendor vendor(String name, String page, String... suffixes) {
    return new Vendor(name, List.of(suffixes), URI.create(page));
  }

  /** Pages that are being asked. */
  public interface Asked {
    /** What they said, no later than 2 s after they were asked. */
    List<Word> words();
  }

  /** Asks the pages of those who own one of these hosts; returns at once. */
  public Asked ask(Collection<String> hosts) {
    Deadline deadline = Deadline.in(PATIENCE, ticker);
    Map<Vendor, FutureTask<Word>> asked = new LinkedHashMap<>();
    for (Vendor vendor : vendors) {
      if (hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).anyMatch(vendor::owns)) {
        FutureTask<Word> task = new FutureTask<>(() -> look(vendor, deadline));
        Thread.ofVirtual().name("status/" + vendor.name()).start(task);
        asked.put(vendor, task);
      }
    }
    return () -> {
      List<Word> words = new ArrayList<>();
      asked.forEach((vendor, task) -> words.add(await(vendor, task, deadline)));
      return words;
    };
  }

  private static Word await(Vendor vendor, FutureTask<Word> task, Deadline deadline) {
    try {
      return task.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException slow) {
      task.cancel(true);
      return new Word.NotReachable(vendor.name(), "no answer within " + Broken.brief(PATIENCE));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return new Word.NotReachable(vendor.name(), "not asked to the end");
    } catch (ExecutionException defect) {
      throw new IllegalStateException("the page of " + vendor.name(), defect.getCause());
    }
  }

  private static Word look(Vendor vendor, Deadline deadline) {
    try {
      Fetch.Reply reply =
          Fetch.get(vendor.page().resolve("/api/v2/status.json"), Map.of(), deadline);
      Optional<JsonNode> status = Json.read(reply.body()).map(body -> body.path("status"));
      Optional<String> indicator = status.flatMap(said -> Json.text(said.path("indicator")));
      return indicator.isEmpty()
          ? new Word.NotReachable(vendor.name(), "HTTP " + reply.status() + " without a status")
          : new Word.Said(
              vendor.name(),
              Broken.clipped(indicator.get()),
              status
                  .flatMap(said -> Json.text(said.path("description")))
                  .map(Broken::clipped)
                  .orElse(""));
    } catch (IOException broken) {
      return new Word.NotReachable(
          vendor.name(), Broken.outcome(broken, PATIENCE.minus(deadline.remaining())).seen());
    }
  }
}
