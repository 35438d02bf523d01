package dev.metaops.bench;

import dev.metaops.postgres.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * What nobody on this machine can be faster than: the node's answers read and thrown away over two
 * connections, and the same rows committed without asking anybody.
 */
final class Ceilings {
  private static final int WINDOW = 100;
  private static final int CONNECTIONS = 2;

  private Ceilings() {}

  static void say(OrdersChain chain, Layout layout, EmbeddedPostgres server) throws Exception {
    long head = chain.head();
    double logs =
        read(
            chain,
            head,
            from -> logs(chain, from, Math.min(head, from + WINDOW - 1)),
            "logIndex",
            layout.events());
    double headers =
        read(
            chain,
            head,
            from -> batch(from, head, "eth_getBlockByNumber", true),
            "logsBloom",
            head);
    double receipts =
        read(
            chain,
            head,
            from -> batch(from, head, "eth_getBlockReceipts", false),
            "logIndex",
            layout.events());
    double commit = commit(layout, server);
    say(
        "ceilings, nothing decoded: eth_getLogs %.2f s, all headers %.2f s, all receipts %.2f s;",
        logs, headers, receipts);
    say(
        "  raw commit of the same rows, %d blocks a transaction, no trigger: %.2f s",
        WINDOW, commit);
  }

  private static double read(
      OrdersChain chain, long head, LongFunction<byte[]> question, String counted, long least)
      throws Exception {
    long start = System.nanoTime();
    long found = 0;
    try (ExecutorService connections = Executors.newFixedThreadPool(CONNECTIONS)) {
      List<Future<Long>> answers = new ArrayList<>();
      for (long from = 1; from <= head; from += WINDOW) {
        byte[] asked = question.apply(from);
        answers.add(connections.submit(() -> count(chain.rpc().post(asked), counted)));
      }
      for (Future<Long> answer : answers) {
        found += answer.get();
      }
    }
    if (found < least) {
      throw new IllegalStateException(counted + ": " + found + " (expected: >= " + least + ")");
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static long count(byte[] answer, String word) {
    byte[] quoted = ("\"" + word + "\"").getBytes(StandardCharsets.UTF_8);
    long found = 0;
    for (int at = 0; at + quoted.length <= answer.length; at++) {
      int same = 0;
      while (same < quoted.length && answer[at + same] == quoted[same]) {
        same++;
      }
      found += same == quoted.length ? 1 : 0;
    }
    return found;
  }

  private static byte[] logs(OrdersChain chain, long from, long to) {
    var filter =
        JsonMapper.shared()
            .createObjectNode()
            .put("fromBlock", OrdersChain.hex(from))
            .put("toBlock", OrdersChain.hex(to))
            .put("address", chain.escrow().text());
    return JsonMapper.shared().writeValueAsBytes(RawRpc.question("eth_getLogs", filter));
  }

  private static byte[] batch(long from, long head, String method, boolean withoutBodies) {
    var questions =
        LongStream.rangeClosed(from, Math.min(head, from + WINDOW - 1))
            .mapToObj(number ->
                withoutBodies
                    ? RawRpc.question(method, OrdersChain.hex(number), false)
                    : RawRpc.question(method, OrdersChain.hex(number)))
            .toList();
    return JsonMapper.shared().writeValueAsBytes(questions);
  }

  private static double commit(Layout layout, EmbeddedPostgres server) throws Exception {
    try (VenueDatabase database = VenueDatabase.fresh(server, "ceiling")) {
      database.requireDurable();
      database.run(
          """
          CREATE TABLE event (block int, index int, key bytea, kind text, amount numeric,
            PRIMARY KEY (block, index));
          CREATE TABLE orders (key bytea PRIMARY KEY, state text, block int);
          CREATE TABLE stream (cursor int);
          INSERT INTO stream VALUES (0);
          CHECKPOINT\
          """);
      long start = System.nanoTime();
      Connection connection = database.connection();
      connection.setAutoCommit(false);
      for (int from = 0; from < layout.blocks(); from += WINDOW) {
        commit(connection, layout, from, Math.min(layout.blocks(), from + WINDOW));
      }
      connection.setAutoCommit(true);
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private static void commit(Connection connection, Layout layout, int from, int to)
      throws Exception {
    int half = layout.each() / 2;
    try (var insert =
            connection.prepareStatement(
                """
                INSERT INTO event SELECT b, i, sha256(int4send((b * ? + i) / 2)),
                  CASE i % 2 WHEN 0 THEN 'CREATED' ELSE 'RELEASED' END, 1
                FROM generate_series(?, ?) b, generate_series(0, ?) i\
                """);
        var upsert =
            connection.prepareStatement(
                """
                INSERT INTO orders SELECT sha256(int4send(n)), 'SETTLED', n
                FROM generate_series(?, ?) n
                ON CONFLICT (key) DO UPDATE SET state = excluded.state, block = excluded.block\
                """);
        var cursor = connection.prepareStatement("UPDATE stream SET cursor = ?")) {
      insert.setInt(1, layout.each());
      insert.setInt(2, from);
      insert.setInt(3, to - 1);
      insert.setInt(4, layout.each() - 1);
      insert.executeUpdate();
      upsert.setInt(1, from * half);
      upsert.setInt(2, to * half - 1);
      upsert.executeUpdate();
      cursor.setInt(1, to);
      cursor.executeUpdate();
      connection.commit();
    }
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
