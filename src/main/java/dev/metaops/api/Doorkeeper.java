package dev.metaops.api;

import dev.metaops.config.HttpSection;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Decides what a request may see. A wrong token waits, a few at a time, and the others are sent
 * away at once: trying many costs time and no memory, and never keeps out who has the right one.
 * Thread-safe.
 */
final class Doorkeeper {
  private static final Duration PENALTY = Duration.ofMillis(300);
  private static final int MOST_WAITING = 8;

  private static final String EXPECTED =
      " (expected: Authorization: Bearer TOKEN, or any user name with TOKEN as the password; TOKEN"
          + " is http.token or METAOPS_TOKEN where that is set, else what serve keeps in http-token"
          + " of its data directory: cat \"$METAOPS_DATA_DIR/http-token\", by default"
          + " ~/.local/share/metaops/http-token)";

  private final Places places;
  private final HttpSection.Details details;
  private final Optional<Credential> credential;
  private final Ticker ticker;
  private final Semaphore waiting = new Semaphore(MOST_WAITING);

  /**
   * @param credential empty when there is none, and then nobody is shown details
   */
  Doorkeeper(HttpSection where, Optional<Credential> credential, Ticker ticker) {
    this.places = new Places(where);
    this.details = where.details();
    this.credential = credential;
    this.ticker = ticker;
  }

  /** What the headers say of who asks. */
  record Request(String host, Optional<String> origin, Optional<String> authorization) {}

  /** What may be answered. */
  sealed interface Admission {
    record Details() implements Admission {}

    record Summary() implements Admission {}

    /**
     * Nothing at all.
     *
     * @param why what, why and what to do
     */
    record Refused(Reason reason, String why) implements Admission {}
  }

  /** Why not. */
  enum Reason {
    /** Asked by a name that is not ours, or from a page that is not. */
    ELSEWHERE,
    /** With a token that is wrong. */
    WRONG,
    /** Too many of those at once. */
    TOO_MANY
  }

  /** Takes {@link #PENALTY} when the token is wrong. */
  Admission admit(Request request) {
    if (!places.isOurs(request.host())) {
      return new Admission.Refused(
          Reason.ELSEWHERE,
          "this server is not asked by the name in the Host header (expected: "
              + places.expected()
              + ")");
    }
    if (!Places.isSame(request.origin(), request.host())) {
      return new Admission.Refused(
          Reason.ELSEWHERE, "pages of another origin may not ask this server");
    }
    if (details == HttpSection.Details.OPEN) {
      return new Admission.Details();
    }
    return switch (claim(request)) {
      case RIGHT -> new Admission.Details();
      case NONE -> new Admission.Summary();
      case WRONG -> penalised();
    };
  }

  private Credential.Claim claim(Request request) {
    if (credential.isPresent()) {
      return credential.get().judge(request.authorization());
    }
    return request.authorization().isPresent() ? Credential.Claim.WRONG : Credential.Claim.NONE;
  }

  private Admission penalised() {
    if (!waiting.tryAcquire()) {
      return new Admission.Refused(
          Reason.TOO_MANY, "too many wrong tokens at once; try again in a second");
    }
    try {
      ticker.rest(PENALTY);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } finally {
      waiting.release();
    }
    return new Admission.Refused(Reason.WRONG, "this token is wrong" + EXPECTED);
  }

  /** What somebody is told who asks for details without a token. */
  String wanted() {
    return credential.isPresent()
        ? "details need a token" + EXPECTED
        : "details need a token, and this server has none: it could not read or make http-token in"
            + " its data directory, and said why when it started (set METAOPS_TOKEN)";
  }
}
