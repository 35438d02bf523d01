package dev.metaops.command;

/** Why a person does something, as the record takes it. */
public final class Reason {
  /** Characters, of every reason alike. */
  public static final int MOST = 500;

  private Reason() {}

  /** As much of it as the record takes. */
  public static String fitted(String reason) {
    return reason.length() <= MOST ? reason : reason.substring(0, MOST - 1) + "…";
  }
}
