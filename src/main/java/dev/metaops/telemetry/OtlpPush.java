package dev.metaops.telemetry;

import dev.metaops.config.Redaction;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * Pushes all numbers of the process every so often. Counters are sums since the process began, so
 * what is not taken this time is in the next push: only its moment is lost.
 */
final class OtlpPush implements Runnable {
  private final OtlpPlan.Push plan;
  private final PushedMetrics metrics;
  private final Courier courier;
  private final Losses losses;
  private final Redaction redaction;
  private final Ticker ticker;

  OtlpPush(
      OtlpPlan.Push plan,
      PushedMetrics metrics,
      Courier courier,
      Losses losses,
      Redaction redaction,
      Ticker ticker) {
    this.plan = plan;
    this.metrics = metrics;
    this.courier = courier;
    this.losses = losses;
    this.redaction = redaction;
    this.ticker = ticker;
  }

  /** Until its thread is interrupted. */
  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        ticker.rest(plan.interval());
        turn();
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void turn() throws InterruptedException {
    try {
      push(Deadline.in(plan.timeout(), ticker));
    } catch (RuntimeException defect) {
      losses.lost(1, "a defect of metaops: " + defect);
    }
  }

  private void push(Deadline deadline) throws InterruptedException {
    Map<String, String> headers = new HashMap<>(plan.headers());
    headers.put("Content-Type", "application/x-protobuf");
    byte[] body = metrics.now(plan.resource(), redaction::in);
    switch (plan.compression()) {
      case NONE -> {}
      case GZIP -> {
        headers.put("Content-Encoding", "gzip");
        body = zipped(body);
      }
    }
    switch (courier.post(plan.to(), headers, body, deadline)) {
      case Courier.Delivery.Taken _ -> losses.arrived();
      case Courier.Delivery.NotNow(String why, _) -> losses.lost(1, why);
      case Courier.Delivery.Refused(_, String why) -> losses.lost(1, why);
    }
  }

  private static byte[] zipped(byte[] body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 4);
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(body);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }
}
