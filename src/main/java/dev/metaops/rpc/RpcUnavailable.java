package dev.metaops.rpc;

/** A node gave no usable answer. What is merely absent (a block, a receipt) is an Optional. */
public final class RpcUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Endpoint endpoint;
  private final transient RpcFailure failure;

  public RpcUnavailable(Endpoint endpoint, RpcFailure failure) {
    super(endpoint + ": " + failure.sentence());
    this.endpoint = endpoint;
    this.failure = failure;
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  public RpcFailure failure() {
    return failure;
  }
}
