package dev.metaops.chaos;

import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.Transport;
import dev.metaops.time.Deadline;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * Chaos in the same process as who asks. Nothing is waited for: silence, and an answer later than
 * the deadline, fail at once, as if the time had passed.
 */
public record ChaosTransport(Chaos chaos) implements Transport {
  @Override
  public Outcome post(byte[] body, Deadline deadline) {
    return switch (chaos.answer(body, deadline)) {
      case Delivery.Comes(Outcome outcome, Duration late) ->
          late.compareTo(deadline.remaining()) < 0 ? outcome : noAnswer(deadline);
      case Delivery.CutShort(byte[] whole) ->
          new Outcome.Replied(200, Optional.empty(), Arrays.copyOf(whole, whole.length / 2));
      case Delivery.Nothing() -> noAnswer(deadline);
      case Delivery.Reset() ->
          new Outcome.Failed(new RpcFailure.Unreachable("the connection broke"));
    };
  }

  private static Outcome noAnswer(Deadline deadline) {
    return new Outcome.Failed(new RpcFailure.NoAnswer(deadline.remaining()));
  }
}
