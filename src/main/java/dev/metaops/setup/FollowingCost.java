package dev.metaops.setup;

import dev.metaops.look.ProviderLook;
import java.time.Duration;
import java.util.Locale;

/**
 * What following a chain, and looking after the node's health, costs a provider in a day. Pure.
 *
 * <p>A step of the follower asks for three blocks by tag (finalized, safe, latest), for the block
 * of its cursor, and for each block that is new; of each new block it asks for the logs, so many
 * contracts at a time. With a poll interval {@code p}, blocks every {@code b}, {@code g} groups of
 * contracts and {@code n = day / b} new blocks:
 *
 * <pre>
 * steps = day / p                      by polling alone
 * steps = max(n, day / p)              when pushed: each block wakes it
 * calls = 4 · steps + n + n · g
 * bytes = (4 · steps + n) · block + n · logs · log + calls · question
 * </pre>
 *
 * <p>Where several nodes have to vouch for what is final, each of them is asked for its three tags
 * and one block more with each new block, {@code 4 · n} calls, whoever is followed.
 *
 * <p>For health each node is asked for its chain, its three tags and two older blocks every {@code
 * health.interval}.
 *
 * @param calls JSON-RPC calls, those of a batch counted one by one as providers do
 * @param bytes there and back
 */
record FollowingCost(long calls, long bytes) {
  /** The poll interval that is enough as a net below push. */
  static final Duration NET = Duration.ofSeconds(30);

  private static final double DAY_SECONDS = 86_400;

  /** As many are asked for at once by {@code listen}. */
  private static final int CONTRACTS_AT_ONCE = 500;

  /** A question with its headers, and an answer's frame. */
  private static final int QUESTION_BYTES = 150;

  /** A log of two or three topics and some words of data, as JSON. */
  private static final int LOG_BYTES = 700;

  /**
   * What was measured.
   *
   * @param pace from one block to the next
   * @param blockBytes a block as the node answers, without its transactions' bodies
   * @param logsPerBlock of the watched contracts
   * @param contracts how many are watched
   */
  record Measured(Duration pace, int blockBytes, double logsPerBlock, int contracts) {}

  static FollowingCost polling(Measured measured, Duration poll) {
    return of(measured, DAY_SECONDS / seconds(poll));
  }

  static FollowingCost pushed(Measured measured, Duration poll) {
    return of(
        measured, Math.max(DAY_SECONDS / seconds(measured.pace()), DAY_SECONDS / seconds(poll)));
  }

  /** What every node is asked where several have to vouch for what is final. */
  static FollowingCost vouching(Measured measured) {
    double calls = 4 * DAY_SECONDS / seconds(measured.pace());
    return new FollowingCost(
        Math.round(calls), Math.round(calls * (measured.blockBytes() + QUESTION_BYTES)));
  }

  /** What every node is asked for how it is. */
  static FollowingCost looking(Measured measured, Duration interval) {
    double looks = DAY_SECONDS / seconds(interval);
    double calls = looks * ProviderLook.QUESTIONS;
    return new FollowingCost(
        Math.round(calls),
        Math.round((calls - looks) * measured.blockBytes() + calls * QUESTION_BYTES));
  }

  FollowingCost and(FollowingCost other) {
    return new FollowingCost(calls + other.calls, bytes + other.bytes);
  }

  private static FollowingCost of(Measured measured, double steps) {
    double blocks = DAY_SECONDS / seconds(measured.pace());
    double groups = Math.ceilDiv(Math.max(1, measured.contracts()), CONTRACTS_AT_ONCE);
    double headers = 4 * steps + blocks;
    double calls = headers + blocks * groups;
    return new FollowingCost(
        Math.round(calls),
        Math.round(
            headers * measured.blockBytes()
                + blocks * measured.logsPerBlock() * LOG_BYTES
                + calls * QUESTION_BYTES));
  }

  /** A chain whose blocks carry the same second is as fast as can be measured. */
  private static double seconds(Duration duration) {
    return Math.max(0.1, duration.toMillis() / 1000.0);
  }

  /** {@code about 86,400 calls and 1.1 GB a day}. */
  String sentence() {
    return "about " + number(calls) + " calls and " + size() + " a day";
  }

  /** {@code 86,400}. */
  static String number(long many) {
    return String.format(Locale.ROOT, "%,d", many);
  }

  private String size() {
    return bytes >= 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f GB", bytes / 1e9)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
