package dev.metaops.stories;

import dev.metaops.rpc.Transport;
import dev.metaops.testing.HostileJson;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** In front of an honest node: while it is hostile, most answers are changed in one place. */
final class HostileNode implements Transport {
  private final Transport honest;
  private final SplittableRandom random;
  private final List<String> said = new ArrayList<>();
  private boolean isHostile;

  HostileNode(Transport honest, long seed) {
    this.honest = honest;
    this.random = new SplittableRandom(seed);
  }

  void isHostile(boolean now) {
    isHostile = now;
  }

  /** How each answer was changed so far. */
  List<String> said() {
    return said;
  }

  @Override
  public Outcome post(byte[] body, Deadline deadline) {
    Outcome outcome = honest.post(body, deadline);
    if (!isHostile
        || random.nextInt(4) == 0
        || !(outcome instanceof Outcome.Replied(int status, var retryAfter, byte[] answer))) {
      return outcome;
    }
    HostileJson.Changed changed = HostileJson.of(answer, random);
    said.add(changed.what());
    return new Outcome.Replied(
        random.nextInt(20) == 0 ? 100 + random.nextInt(500) : status, retryAfter, changed.bytes());
  }
}
