package dev.metaops.rpc;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What is known about one node since we started.
 *
 * @param place its name, host and port, safe to print
 * @param asked how often it was asked through {@link Providers}
 * @param calls questions sent to it over the wire, each of a batch and each repetition counted
 * @param hedged how often it was asked because another took long
 * @param failed how often it failed, by {@link RpcFailure#kind}
 * @param lies how often it was caught
 * @param p50 of its latest answers; empty before the first
 * @param head the latest block it showed last
 * @param lag how many blocks that was behind the best then known
 */
public record Scorecard(
    String place,
    long asked,
    long calls,
    long hedged,
    Map<String, Long> failed,
    long lies,
    Optional<Duration> p50,
    Optional<Duration> p95,
    Optional<Long> head,
    Optional<Long> lag,
    Standing standing,
    Limits limits) {
  public Scorecard {
    failed = Map.copyOf(failed);
  }
}
