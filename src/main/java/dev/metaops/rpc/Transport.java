package dev.metaops.rpc;

import dev.metaops.time.Deadline;
import java.time.Duration;
import java.util.Optional;

/** Carries one question to a node and its whole answer back. Thread-safe. */
public interface Transport {
  /** Ends by the deadline, however the other side behaves. Never throws for what it does. */
  Outcome post(byte[] body, Deadline deadline);

  /** Over HTTP to this endpoint, each answer read up to {@link JsonRpc#MAX_ANSWER}. */
  static Transport http(Endpoint endpoint) {
    return new Exchange(endpoint.requireScheme("http", "https"), JsonRpc.MAX_ANSWER);
  }

  /** What came of it. */
  sealed interface Outcome {
    /**
     * The other side answered.
     *
     * @param body read once, by the one who asked; nobody compares these
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Replied(int status, Optional<Duration> retryAfter, byte[] body) implements Outcome {}

    /** It did not, and why. */
    record Failed(RpcFailure failure) implements Outcome {}
  }
}
