package dev.metaops.audit;

/**
 * Where a log is kept. One text of SQL makes both, so that whatever reads, links, checks or exports
 * one does so with the other. Pure.
 */
public enum LogHome {
  /** Beside the orders table: what was done to rows. */
  ORDERS("metaops", "metaops_api", "", "public.orders"),
  /** In our own store: plans, people's words, what a machine wrote down meanwhile. */
  OPS("metaops_ops", "metaops_ops", "ops/", "metaops_ops.plan");

  private final String schema;
  private final String api;
  private final String place;
  private final String watched;

  LogHome(String schema, String api, String place, String watched) {
    this.schema = schema;
    this.api = api;
    this.place = place;
    this.watched = watched;
  }

  /** Its tables for {@code {log}}, its functions for {@code {api}}. */
  String sql(String text) {
    return text.replace("{log}", schema).replace("{api}", api).replace("{watched}", watched);
  }

  /** How a log of it is named under what all logs are named under. */
  String named(String logId) {
    return place + logId;
  }

  /** As people read it. */
  public String words() {
    return switch (this) {
      case ORDERS -> "the orders database";
      case OPS -> "our own store";
    };
  }

  /** As it stands in JSON, and as the directory of its export is called. */
  public String word() {
    return switch (this) {
      case ORDERS -> "orders";
      case OPS -> "ops";
    };
  }
}
