package dev.metaops.ledger;

import dev.metaops.chain.Address;
import dev.metaops.chain.ChainHead;
import dev.metaops.escrow.EscrowEvent;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes one batch: what there is little of as JSON, events and proofs as an array for each column.
 * Not thread-safe.
 */
final class BatchStore {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String FENCED = "MO003";
  private static final String CURSOR_ELSEWHERE = "MO004";
  private static final String PAST_SETTLED = "MO005";
  private static final String APPLY =
      "SELECT moved, moved_from, moved_to, orphaned, waiting, frozen"
          + " FROM metaops_api.apply_events(?::jsonb"
          + ", ?".repeat(19)
          + ")";

  private final Connection connection;

  BatchStore(Connection connection) {
    this.connection = connection;
  }

  Applied apply(Lease lease, Batch batch) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(APPLY)) {
      statement.setString(1, JSON.writeValueAsString(json(lease, batch)));
      Columns columns = new Columns(connection, statement);
      events(columns, batch.events());
      proofs(columns, batch.proofs());
      try (var rows = statement.executeQuery()) {
        rows.next();
        return committed(rows);
      }
    } catch (SQLException e) {
      String why = LedgerStore.message(e);
      return switch (String.valueOf(e.getSQLState())) {
        case FENCED -> new Applied.Fenced(why);
        case CURSOR_ELSEWHERE -> new Applied.CursorElsewhere(why);
        case PAST_SETTLED -> new Applied.PastSettled(why);
        default -> throw e;
      };
    }
  }

  private static void events(Columns columns, List<EscrowEvent> events) throws SQLException {
    columns.add("int8", Long[]::new, events, event -> event.log().block().number());
    columns.addBytes(events, event -> Optional.of(event.log().block().hash().bytes()));
    columns.add("int4", Integer[]::new, events, event -> event.log().index());
    columns.addBytes(events, event -> Optional.of(event.log().transaction().bytes()));
    columns.addBytes(events, event -> Optional.of(event.contract().bytes()));
    columns.add("text", String[]::new, events, event -> event.kind().name());
    columns.addBytes(events, event -> Optional.of(event.key().bytes()));
    columns.add("text", String[]::new, events, event -> event.parts().orderId().orElse(null));
    columns.addBytes(events, event -> event.parts().buyer().map(Address::bytes));
    columns.addBytes(events, event -> event.parts().seller().map(Address::bytes));
    columns.addBytes(events, event -> event.parts().token().map(Address::bytes));
    columns.addBytes(events, event -> event.parts().party().map(Address::bytes));
    columns.add(
        "numeric",
        String[]::new,
        events,
        event -> event.parts().amount().map(BigInteger::toString).orElse(null));
    columns.add(
        "timestamptz",
        String[]::new,
        events,
        event -> event.parts().deadline().map(Instant::toString).orElse(null));
  }

  private static void proofs(Columns columns, List<ProvedReceipt> proofs) throws SQLException {
    columns.add("int8", Long[]::new, proofs, proof -> proof.block().number());
    columns.addBytes(proofs, proof -> Optional.of(proof.block().hash().bytes()));
    columns.addBytes(proofs, proof -> Optional.of(proof.transaction().bytes()));
    columns.add("int4", Integer[]::new, proofs, ProvedReceipt::firstLog);
    columns.addBytes(proofs, proof -> Optional.of(proof.proof()));
  }

  /** The parameters after the first, in the order in which they are added. */
  private static final class Columns {
    private final Connection connection;
    private final PreparedStatement statement;
    private int last = 1;

    Columns(Connection connection, PreparedStatement statement) {
      this.connection = connection;
      this.statement = statement;
    }

    /** An array of a column's very type travels as it is; one of objects would travel as text. */
    <T, V> void add(
        String type, IntFunction<@Nullable V[]> array, List<T> rows, Function<T, @Nullable V> value)
        throws SQLException {
      @Nullable V[] values = array.apply(rows.size());
      for (int at = 0; at < values.length; at++) {
        values[at] = value.apply(rows.get(at));
      }
      statement.setArray(++last, connection.createArrayOf(type, values));
    }

    <T> void addBytes(List<T> rows, Function<T, Optional<byte[]>> value) throws SQLException {
      byte[] @Nullable [] bytes = new byte[rows.size()] @Nullable [];
      for (int at = 0; at < bytes.length; at++) {
        bytes[at] = value.apply(rows.get(at)).orElse(null);
      }
      statement.setArray(++last, connection.createArrayOf("bytea", bytes));
    }
  }

  private static Applied committed(ResultSet row) throws SQLException {
    return new Applied.Committed(
        moves(row),
        row.getInt("orphaned"),
        row.getInt("waiting"),
        row.getBoolean("frozen") ? Applied.WriteMode.FROZEN : Applied.WriteMode.WRITING);
  }

  private static List<Applied.Move> moves(ResultSet row) throws SQLException {
    String[] orders = texts(row, "moved");
    String[] from = texts(row, "moved_from");
    String[] to = texts(row, "moved_to");
    var moves = new ArrayList<Applied.Move>(orders.length);
    for (int at = 0; at < orders.length; at++) {
      moves.add(new Applied.Move(orders[at], from[at], to[at]));
    }
    return moves;
  }

  private static String[] texts(ResultSet row, String column) throws SQLException {
    return (String[]) row.getArray(column).getArray();
  }

  private static ObjectNode json(Lease lease, Batch batch) {
    ObjectNode json = JSON.createObjectNode();
    json.put("chain", lease.chainId());
    json.put("epoch", lease.epoch());
    json.put("ttl_ms", lease.ttl().toMillis());
    json.set("from", EvidenceJson.block(batch.from()));
    batch.rewindTo().ifPresent(block -> json.set("rewind_to", EvidenceJson.block(block)));
    json.set("blocks", EvidenceJson.blocks(batch.blocks()));
    json.set("quarantine", EvidenceJson.quarantine(batch.quarantined()));
    ArrayNode follow = json.putArray("follow");
    batch.follow().forEach(contract -> follow.add(EvidenceJson.hex(contract)));
    ObjectNode cursor = EvidenceJson.block(batch.cursor().ref());
    cursor.put("time", batch.cursor().time().toString());
    json.set("cursor", cursor);
    batch
        .settled()
        .ifPresent(settled ->
            json.set(
                "settled", EvidenceJson.block(settled.block()).put("anchor", settled.anchor())));
    json.put("scope", batch.scope());
    describe(batch.head(), json);
    return json;
  }

  static void describe(ChainHead head, ObjectNode json) {
    json.put("head", head.latest().number());
    json.put("head_time", head.latest().time().toString());
    head.safe().ifPresent(block -> json.put("safe", block.number()));
    head.finalized().ifPresent(block -> json.put("finalized", block.number()));
  }
}
