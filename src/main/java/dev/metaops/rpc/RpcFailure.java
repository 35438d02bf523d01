package dev.metaops.rpc;

import dev.metaops.time.Ages;
import java.time.Duration;
import java.util.Optional;

/**
 * Why a node gave no usable answer. Text that came from outside is clipped and free of control
 * characters.
 */
public sealed interface RpcFailure {
  /** No connection, or one that broke, or a gateway without a node behind it. */
  record Unreachable(String why) implements RpcFailure {
    public Unreachable {
      why = Clipped.text(why);
    }
  }

  /** The deadline passed first. */
  record NoAnswer(Duration waited) implements RpcFailure {}

  /** The connection could not be made private. */
  record Tls(String why) implements RpcFailure {
    public Tls {
      why = Clipped.text(why);
    }
  }

  /** The API key is missing, wrong or not allowed this. */
  record KeyRefused(String why) implements RpcFailure {
    public KeyRefused {
      why = Clipped.text(why);
    }
  }

  /**
   * Too many questions for the plan.
   *
   * @param retryAfter how long the node asks us to wait, when it says
   */
  record Quota(String why, Optional<Duration> retryAfter) implements RpcFailure {
    public Quota {
      why = Clipped.text(why);
    }
  }

  /** Not JSON, not JSON-RPC, cut short, or a shape or value that cannot be true. */
  record Garbage(String why) implements RpcFailure {
    public Garbage {
      why = Clipped.text(why);
    }
  }

  /**
   * The answer is larger than we accept.
   *
   * @param than the most we do, with its unit
   */
  record TooLarge(String than) implements RpcFailure {
    /** In bytes. */
    static TooLarge than(long bytes) {
      return new TooLarge(bytes / (1 << 20) + " MB");
    }
  }

  /** The node belongs to another chain. */
  record WrongChain(long expected, long got) implements RpcFailure {}

  /** The node does not have the block: it is behind, or the block is no longer canonical. */
  record Behind(String why) implements RpcFailure {
    public Behind {
      why = Clipped.text(why);
    }
  }

  /** The node wants less asked at once: fewer blocks, results, or questions. */
  record RangeTooWide(String why, Excess excess) implements RpcFailure {
    public RangeTooWide {
      why = Clipped.text(why);
    }
  }

  /** The node has thrown away the state of that block. */
  record NoArchive(String why) implements RpcFailure {
    public NoArchive {
      why = Clipped.text(why);
    }
  }

  /**
   * The contract refused the call.
   *
   * @param data what it returned, 0x and hex digits
   */
  record Reverted(String data) implements RpcFailure {
    public Reverted {
      data = data.length() > 2050 ? data.substring(0, 2050) : data;
    }
  }

  /** Any other JSON-RPC error. */
  record ErrorAnswer(long code, String message) implements RpcFailure {
    public ErrorAnswer {
      message = Clipped.text(message);
    }
  }

  /** What it answered is disproved. */
  record Lied(String what) implements RpcFailure {
    public Lied {
      what = Clipped.text(what);
    }
  }

  /** It lied, and is not asked for a while. */
  record Quarantined(String why) implements RpcFailure {
    public Quarantined {
      why = Clipped.text(why);
    }
  }

  /** Our own thread was told to stop while waiting. */
  record Stopped() implements RpcFailure {}

  /** Whether the same question may be answered in a moment. */
  default boolean isTransient() {
    return switch (this) {
      case Unreachable _, NoAnswer _, Quota _ -> true;
      case Tls _,
          KeyRefused _,
          Garbage _,
          TooLarge _,
          WrongChain _,
          Behind _,
          RangeTooWide _,
          NoArchive _,
          Reverted _,
          ErrorAnswer _,
          Lied _,
          Quarantined _,
          Stopped _ ->
          false;
    };
  }

  /** In a word or two, for counting. */
  default String kind() {
    return switch (this) {
      case Unreachable _ -> "unreachable";
      case NoAnswer _ -> "no answer";
      case Tls _ -> "TLS";
      case KeyRefused _ -> "key refused";
      case Quota _ -> "quota";
      case Garbage _ -> "not understood";
      case TooLarge _ -> "answer too large";
      case WrongChain _ -> "wrong chain";
      case Behind _ -> "behind";
      case RangeTooWide _ -> "range too wide";
      case NoArchive _ -> "no archive";
      case Reverted _ -> "reverted";
      case ErrorAnswer _ -> "error";
      case Lied _ -> "lie";
      case Quarantined _ -> "quarantine";
      case Stopped _ -> "stopped";
    };
  }

  /** What happened and what to do next, to follow the node's name and a colon. */
  default String sentence() {
    return switch (this) {
      case Unreachable(String why) ->
          "unreachable, " + why + " (check that it runs, and the host and port of its URL)";
      case NoAnswer(Duration waited) ->
          "no answer within " + brief(waited) + " (it hangs, or the network drops packets)";
      case Tls(String why) ->
          "TLS failed, " + why + " (check the certificate and https in its URL)";
      case KeyRefused(String why) -> "key refused, " + why + " (check the API key in its URL)";
      case Quota(String why, Optional<Duration> retryAfter) ->
          "quota used up, "
              + why
              + retryAfter.map(pause -> ", asks to wait " + brief(pause)).orElse("")
              + " (ask less often, raise the plan, or add a provider)";
      case Garbage(String why) ->
          "answer not understood, " + why + " (check that its URL is a JSON-RPC endpoint)";
      case TooLarge(String than) ->
          "answer larger than " + than + ", not read (ask for less at once)";
      case WrongChain(long expected, long got) ->
          "wrong chain, its id is " + got + " (expected: " + expected + "; check its URL)";
      case Behind(String why) ->
          "block not there, " + why + " (it is behind, or the block was orphaned)";
      case RangeTooWide(String why, Excess excess) ->
          switch (excess.of()) {
            case BATCH ->
                "too many questions at once, " + why + " (it is asked in smaller batches)";
            case TIME -> "took too long for it, " + why + " (ask for less at once)";
            case BLOCKS, RESULTS, BYTES, UNSAID ->
                "range too wide, " + why + " (ask for fewer blocks)";
          };
      case NoArchive(String why) ->
          "state not kept, " + why + " (use an archive node for old blocks)";
      case Reverted(String data) ->
          "call reverted" + (data.equals("0x") ? "" : " with " + Clipped.text(data));
      case ErrorAnswer(long code, String message) -> "error " + code + ", " + message;
      case Lied(String what) ->
          what + ", so nothing of it counts; evidence is kept (metaops health blockchain)";
      case Quarantined(String why) -> "not asked, " + why + " (metaops health blockchain)";
      case Stopped() -> "not asked to the end, we are stopping";
    };
  }

  private static String brief(Duration duration) {
    return duration.compareTo(Duration.ofSeconds(10)) < 0
        ? duration.toMillis() + " ms"
        : Ages.of(duration);
  }
}
