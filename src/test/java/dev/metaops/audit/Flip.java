package dev.metaops.audit;

import java.util.random.RandomGenerator;

/** Where a bit may turn over, by whoever {@link Attacker} made of them. */
enum Flip {
  ENTRY("UPDATE metaops.record SET entry = flip(textsend(entry), :bit)::text WHERE id = :id"),
  LEAF("UPDATE metaops.record SET leaf = flip(leaf, :bit) WHERE id = :id"),
  CHAIN("UPDATE metaops.seal SET chain = flip(chain, :bit) WHERE record_id = :id"),
  KIND("UPDATE metaops.record SET kind = flip(textsend(kind), :bit)::text WHERE id = :id"),
  ORDER("UPDATE metaops.record SET order_id = flip(textsend(order_id), :bit)::text WHERE id = :id"),
  ACTOR("UPDATE metaops.record SET actor = flip(textsend(actor), :bit)::text WHERE id = :id"),
  AT("UPDATE metaops.record SET at = at + (2 ^ :bit) * interval '1 us' WHERE id = :id"),
  SEQ("UPDATE metaops.seal SET seq = seq # (1::bigint << :bit) WHERE record_id = :id"),
  RECORD_ID(
      "UPDATE metaops.seal SET record_id = record_id # (1::bigint << :bit) WHERE record_id ="
          + " :id");

  private final String sql;

  Flip(String sql) {
    this.sql = sql;
  }

  /** One bit of that record's or its seal's. */
  String sql(long id, RandomGenerator random) {
    int bit =
        switch (this) {
          case AT -> random.nextInt(50);
          case SEQ, RECORD_ID -> random.nextInt(63);
          case ENTRY, LEAF, CHAIN, KIND, ORDER, ACTOR -> random.nextInt(1 << 20);
        };
    return sql.replace(":bit", String.valueOf(bit)).replace(":id", String.valueOf(id));
  }
}
