package dev.metaops.bench;

import dev.metaops.main.Main;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.StatusClient;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/**
 * {@code bench/run frontend}: clients that follow an order each while a mover moves them, and the
 * same clients as they poll today. What the mover wrote down is the truth.
 */
public final class FrontendBench {
  private static final double TARGET_MEDIAN_MILLIS = 60;
  private static final double TARGET_HIGHEST_MILLIS = 250;
  private static final double TARGET_HEAP_KILOBYTES = 64;
  private static final double TARGET_KILOBYTES = 96;
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final Duration AFTERWARDS = Duration.ofSeconds(15);
  private static final Duration BETWEEN_POLLS = Duration.ofSeconds(2);
  private static final Duration LONGEST_AWAY = Duration.ofSeconds(3);
  private static final Pattern USED = Pattern.compile("used (\\d+)K");

  private final int clients;
  private final int seconds;
  private final int rate;
  private final URI server;
  private final ServeProcess serve;
  private final TestVenue venue;

  private FrontendBench(
      int clients, int seconds, int rate, URI server, ServeProcess serve, TestVenue venue) {
    this.clients = clients;
    this.seconds = seconds;
    this.rate = rate;
    this.server = server;
    this.serve = serve;
    this.venue = venue;
  }

  public static void main(String[] arguments) throws Exception {
    int clients = 1_000;
    int seconds = 40;
    int rate = 200;
    for (int at = 0; at + 1 < arguments.length; at += 2) {
      switch (arguments[at]) {
        case "--clients" -> clients = Integer.parseInt(arguments[at + 1]);
        case "--seconds" -> seconds = Integer.parseInt(arguments[at + 1]);
        case "--rate" -> rate = Integer.parseInt(arguments[at + 1]);
        default -> {
          System.err.println(
              "bench frontend: "
                  + arguments[at]
                  + " (expected: --clients N, --seconds N, --rate N)");
          System.exit(64);
        }
      }
    }
    Path directory = Files.createTempDirectory("frontend");
    boolean met;
    try (TestChain chain = TestChain.start()) {
      TestVenue venue = new TestVenue(chain);
      int port = FakeServer.closedPort();
      try (ServeProcess serve = started(chain, venue, directory, port, clients)) {
        serve.await("order status", SOON, () -> serve.output().contains("/v1/orders/ID"));
        serve.await("follows", SOON, () -> serve.output().contains("at its head"));
        met =
            new FrontendBench(
                    clients, seconds, rate, URI.create("http://127.0.0.1:" + port), serve, venue)
                .run();
      }
    }
    System.exit(met ? 0 : 1);
  }

  private static ServeProcess started(
      TestChain chain, TestVenue venue, Path directory, int port, int clients) throws IOException {
    Path configuration =
        Files.writeString(
            directory.resolve("metaops.toml"),
            """
            [orders]
            mode = "own"
            [listen]
            anchors = 1
            [order-status]
            port = "%d"
            clients = %d
            """
                .formatted(port, clients + clients / 5));
    return ServeProcess.start(
        Main.class.getName(),
        List.of("serve"),
        Map.of(
            "DATABASE_URL", venue.orders().url().secretText(),
            "OPS_DATABASE_URL", TestPostgres.emptyDatabase().url().secretText(),
            "RPC_URL", chain.url().toString(),
            "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text(),
            "METAOPS_DATA_DIR", directory.resolve("data").toString(),
            "METAOPS_CONFIG", configuration.toString()),
        directory.resolve("serve.log"));
  }

  private boolean run() throws Exception {
    venue.execute("UPDATE metaops.setting SET value = 'absent' WHERE name = 'guard'");
    venue.execute(
        "INSERT INTO public.orders (id, buyer, seller, amount, escrow_contract, escrow_key)"
            + " SELECT 'o-' || n, '0x' || repeat('b', 40), '0x' || repeat('c', 40), 1000,"
            + " '0x' || repeat('e', 40), '0x' || lpad(to_hex(n), 64, '0')"
            + " FROM generate_series(0, "
            + (clients - 1)
            + ") n");
    warmUp();
    say(
        "%d orders, a client each, %d moves a second, %d s; serve is a process of its own",
        clients, rate, seconds);
    Followed followed = followed();
    Polled polled = polled();
    return judged(followed, polled);
  }

  /** Its classes are loaded and compiled before anything is weighed. */
  private void warmUp() throws Exception {
    Moves moves = new Moves(venue.orders(), clients, new SplittableRandom(1));
    List<Watcher> few = watchers(Math.min(20, clients));
    for (Watcher watcher : few) {
      watcher.follow();
    }
    moves.run(rate, Duration.ofSeconds(5));
    for (Watcher watcher : few) {
      watcher.leave();
    }
  }

  private List<Watcher> watchers(int count) {
    List<Watcher> watchers = new ArrayList<>();
    for (int order = 0; order < count; order++) {
      watchers.add(
          new Watcher(
              server,
              "o-" + order,
              order % 2 == 0 ? StatusClient.Way.SSE : StatusClient.Way.WEBSOCKET));
    }
    return watchers;
  }

  /** What came of following. */
  private record Followed(
      Verdict verdict,
      Sample latencies,
      int cuts,
      double heapKilobytes,
      double residentKilobytes) {}

  private Followed followed() throws Exception {
    long heapBefore = heapKilobytes();
    long residentBefore = residentKilobytes();
    List<Watcher> watchers = watchers(clients);
    for (Watcher watcher : watchers) {
      watcher.follow();
    }
    Moves moves = new Moves(venue.orders(), clients, new SplittableRandom(2));
    var over = new AtomicBoolean();
    List<Thread> cutters = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(3);
    for (int tenth = 0; tenth < clients; tenth += 10) {
      Watcher cut = watchers.get(tenth + random.nextInt(Math.min(10, clients - tenth)));
      SplittableRandom own = random.split();
      cutters.add(Thread.startVirtualThread(() -> cutAgainAndAgain(cut, own, over)));
    }
    moves.run(rate, Duration.ofSeconds(seconds));
    over.set(true);
    for (Thread cutter : cutters) {
      cutter.join();
    }
    ServeProcess.becomes(AFTERWARDS, () -> Verdict.of(watchers, moves).missed() == 0);
    // What is late and doubled comes too.
    Thread.sleep(500);
    double heap = (heapKilobytes() - heapBefore) / (double) clients;
    double resident = (residentKilobytes() - residentBefore) / (double) clients;
    Verdict verdict = Verdict.of(watchers, moves);
    Sample latencies = Sample.of(Verdict.latencies(watchers, moves));
    int cuts = watchers.stream().mapToInt(Watcher::cuts).sum();
    for (Watcher watcher : watchers) {
      watcher.leave();
    }
    return new Followed(verdict, latencies, cuts, heap, resident);
  }

  private void cutAgainAndAgain(Watcher watcher, SplittableRandom random, AtomicBoolean over) {
    try {
      while (!over.get()) {
        Thread.sleep(random.nextLong(1_000, 10_000));
        watcher.cut();
        Thread.sleep(random.nextLong(LONGEST_AWAY.toMillis()));
        watcher.follow();
      }
    } catch (InterruptedException | IOException failed) {
      System.out.println("a client could not come back: " + failed);
    }
  }

  /** What came of polling: how long until a move was seen, and how many were passed over. */
  private record Polled(Sample latencies, int passedOver, int moves) {}

  private Polled polled() throws Exception {
    Moves moves = new Moves(venue.orders(), clients, new SplittableRandom(4));
    List<Poller> pollers = new ArrayList<>();
    try (HttpClient http = HttpClient.newHttpClient()) {
      var over = new AtomicBoolean();
      List<Thread> threads = new ArrayList<>();
      SplittableRandom random = new SplittableRandom(5);
      for (int order = 0; order < clients; order++) {
        Poller poller = new Poller(http, server.resolve("/v1/orders/o-" + order));
        pollers.add(poller);
        long first = random.nextLong(BETWEEN_POLLS.toMillis());
        threads.add(Thread.startVirtualThread(() -> poller.poll(first, over)));
      }
      moves.run(rate, Duration.ofSeconds(Math.min(20, seconds)));
      Thread.sleep(BETWEEN_POLLS.plusSeconds(1));
      over.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
    }
    List<Long> nanos = new ArrayList<>();
    int passedOver = 0;
    for (int order = 0; order < clients; order++) {
      List<Moves.Made> made = moves.of(order);
      for (int nth = 0; nth < made.size(); nth++) {
        long until = nth + 1 < made.size() ? made.get(nth + 1).id() : Long.MAX_VALUE;
        OptionalLong seen = pollers.get(order).firstBetween(made.get(nth).id(), until);
        if (seen.isPresent()) {
          nanos.add(seen.getAsLong() - made.get(nth).nanos());
        } else {
          passedOver++;
        }
      }
    }
    return new Polled(Sample.of(nanos), passedOver, moves.count());
  }

  private boolean judged(Followed followed, Polled polled) {
    Verdict verdict = followed.verdict();
    Sample latencies = followed.latencies();
    say(
        "  moves             %d made, %d heard, %d cuts and resumptions",
        verdict.made(), verdict.heard(), followed.cuts());
    say(
        "  missed %d, doubled %d, out of order %d, resets %d, made up %d   target 0 each",
        verdict.missed(),
        verdict.doubled(),
        verdict.misordered(),
        verdict.resets(),
        verdict.madeUp());
    say(
        "  commit to client  p50 %.1f ms, p99 %.1f, max %.1f (%d)   target p50 ≤ %.0f, p99 ≤ %.0f",
        latencies.medianMillis(),
        latencies.percentileMillis(99),
        latencies.mostMillis(),
        latencies.nanos().size(),
        TARGET_MEDIAN_MILLIS,
        TARGET_HIGHEST_MILLIS);
    say(
        "  polling every 2 s p50 %.1f ms, p99 %.1f, max %.1f; %d of %d states never seen   (what"
            + " front ends do today)",
        polled.latencies().medianMillis(),
        polled.latencies().percentileMillis(99),
        polled.latencies().mostMillis(),
        polled.passedOver(),
        polled.moves());
    say(
        "  memory a client   %.1f kB heap after collection, %.1f kB resident   target ≤ %.0f kB and"
            + " ≤ %.0f kB",
        followed.heapKilobytes(),
        followed.residentKilobytes(),
        TARGET_HEAP_KILOBYTES,
        TARGET_KILOBYTES);
    boolean met =
        verdict.isClean()
            && latencies.medianMillis() <= TARGET_MEDIAN_MILLIS
            && latencies.percentileMillis(99) <= TARGET_HIGHEST_MILLIS
            && followed.heapKilobytes() <= TARGET_HEAP_KILOBYTES
            && followed.residentKilobytes() <= TARGET_KILOBYTES;
    say(
        "frontend: %s: %d missed, %d doubled of %d moves; p50 %.1f ms (≤ %.0f), p99 %.1f ms (≤"
            + " %.0f), %.1f kB a client (≤ %.0f); polling p50 %.0f ms",
        met ? "met" : "NOT MET",
        verdict.missed(),
        verdict.doubled(),
        verdict.made(),
        latencies.medianMillis(),
        TARGET_MEDIAN_MILLIS,
        latencies.percentileMillis(99),
        TARGET_HIGHEST_MILLIS,
        followed.residentKilobytes(),
        TARGET_KILOBYTES,
        polled.latencies().medianMillis());
    return met;
  }

  private long residentKilobytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + serve.process().pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .sum();
  }

  /** What is used once everything nobody holds was collected. */
  private long heapKilobytes() throws IOException, InterruptedException {
    jcmd("GC.run");
    long used = 0;
    for (String line : jcmd("GC.heap_info").lines().toList()) {
      var found = USED.matcher(line);
      if (line.strip().matches("(DefNew|Tenured|def new|tenured) .*") && found.find()) {
        used += Long.parseLong(found.group(1));
      }
    }
    return used;
  }

  private String jcmd(String what) throws IOException, InterruptedException {
    Process asked =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(serve.process().pid()),
                what)
            .redirectErrorStream(true)
            .start();
    String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    asked.waitFor();
    return answer;
  }

  static String position(URI order, HttpClient http) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(order).timeout(Duration.ofSeconds(10)).build(),
            HttpResponse.BodyHandlers.ofString());
    return answer.statusCode() == 200
        ? answer.body().replaceFirst("(?s).*\"position\":\"([^\"]+)\".*", "$1")
        : "";
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
