package dev.metaops.testing;

/** The node answered with an error. */
public final class RpcError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String data;

  RpcError(String method, int code, String message, String data) {
    super(method + ": " + code + " " + message);
    this.code = code;
    this.data = data;
  }

  public int code() {
    return code;
  }

  /** The error's data, as hex of a revert has it; empty when there is none. */
  public String data() {
    return data;
  }
}
