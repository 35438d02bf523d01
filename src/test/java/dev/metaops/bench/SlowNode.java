package dev.metaops.bench;

import dev.metaops.chaos.Chaos;
import dev.metaops.chaos.ChaosProxy;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.Transport;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node behind a line that takes its time, and what was asked through it. Thread-safe. */
public final class SlowNode implements AutoCloseable {
  private final ChaosProxy proxy;
  private final Line line;

  private SlowNode(ChaosProxy proxy, Line line) {
    this.proxy = proxy;
    this.line = line;
  }

  /** Each HTTP request takes so much longer. */
  public static SlowNode before(String url, Duration longer, AtomicInteger inFlight)
      throws IOException {
    Line line = new Line(Transport.http(Endpoint.parse("anvil", url)), longer, inFlight);
    Chaos honest = new Chaos(line, List.of(), 1, SystemTicker.SYSTEM, _ -> {});
    return new SlowNode(ChaosProxy.open(honest, Optional.empty(), 0, SystemTicker.SYSTEM), line);
  }

  public String url() {
    return "http://127.0.0.1:" + proxy.port();
  }

  public int requests() {
    return line.requests.get();
  }

  public int largestBatch() {
    return line.largest.get();
  }

  /** Of all nodes that share the counter. */
  public int mostInFlight() {
    return line.most.get();
  }

  @Override
  public void close() {
    proxy.close();
  }

  private static final class Line implements Transport {
    private final Transport node;
    private final Duration longer;
    private final AtomicInteger inFlight;
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger largest = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();

    Line(Transport node, Duration longer, AtomicInteger inFlight) {
      this.node = node;
      this.longer = longer;
      this.inFlight = inFlight;
    }

    @Override
    public Outcome post(byte[] body, Deadline deadline) {
      requests.incrementAndGet();
      most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
      try {
        JsonNode question = JsonMapper.shared().readTree(body);
        largest.accumulateAndGet(question.isArray() ? question.size() : 1, Math::max);
        Thread.sleep(longer);
        return node.post(body, deadline);
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(stopping);
      } finally {
        inFlight.decrementAndGet();
      }
    }
  }
}
