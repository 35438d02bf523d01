package dev.metaops.postgrest;

/** The REST door gave no usable answer. */
public final class PostgrestUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient PostgrestFailure failure;

  public PostgrestUnavailable(PostgrestPlace place, PostgrestFailure failure) {
    super(place + ": " + failure.sentence());
    this.failure = failure;
  }

  public PostgrestFailure failure() {
    return failure;
  }
}
