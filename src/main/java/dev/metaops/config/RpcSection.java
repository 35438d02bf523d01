package dev.metaops.config;

import java.util.List;
import java.util.Optional;

/**
 * How often providers may be asked.
 *
 * @param budget questions a day and provider; empty for as many as one likes
 * @param rate questions a second and provider; empty for as many as one likes
 */
public record RpcSection(Optional<Long> budget, Optional<Integer> rate) {

  static final Key BUDGET =
      Key.of(
          "rpc",
          "budget",
          "a number from 100 to 10000000000",
          "Questions to each provider in 24 hours, each of a batch counted; following the chain"
              + " comes before verdicts, verdicts before proofs. `metaops doctor` estimates what is"
              + " needed.");
  static final Key RATE =
      Key.of(
          "rpc",
          "rate",
          "a number from 1 to 100000",
          "Questions to each provider in a second; without it the pace is found out when a provider"
              + " refuses.");
  static final List<Key> KEYS = List.of(BUDGET, RATE);

  static RpcSection from(Section section) {
    return new RpcSection(
        section.count(BUDGET, 100, 10_000_000_000L),
        section.count(RATE, 1, 100_000).map(Math::toIntExact));
  }
}
