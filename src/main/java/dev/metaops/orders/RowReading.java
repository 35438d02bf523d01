package dev.metaops.orders;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.order.Folded;
import dev.metaops.order.OrderTerms;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * A row of any table as an order. Total: what cannot be read is a doubt of the row, never an end.
 */
final class RowReading {
  private static final int LONGEST_SHOWN = 80;

  private final TableMap map;
  private final Map<Column, String> columns;

  RowReading(TableMap map, Map<Column, String> columns) {
    this.map = map;
    this.columns = columns;
  }

  /** Without a ledger's word on it. */
  OrderRow of(JsonNode row) {
    return new One(row).order();
  }

  private final class One {
    private final JsonNode row;
    private final List<String> doubts = new ArrayList<>();

    One(JsonNode row) {
      this.row = row;
    }

    OrderRow order() {
      String state = text(Column.STATE).orElse("");
      Instant updated =
          instant(Column.UPDATED_AT)
              .or(() -> instant(Column.STATE_SINCE))
              .or(() -> instant(Column.CREATED_AT))
              .orElse(Instant.EPOCH);
      Instant created =
          instant(Column.CREATED_AT).or(() -> instant(Column.STATE_SINCE)).orElse(updated);
      Instant since = instant(Column.STATE_SINCE).orElse(updated);
      Instant fundBy = instant(Column.FUND_BY).orElseGet(() -> created.plus(map.fundingWindow()));
      OrderTerms terms = terms();
      Optional<Hash> transaction = read(Column.TRANSACTION, Hash::new, "0x and 64 hex digits");
      Optional<OrderRow.Sent> sent =
          read(Column.SENDER, Address::new, "0x and 40 hex digits")
              .flatMap(sender ->
                  read(Column.NONCE, Long::valueOf, "a number")
                      .map(nonce -> new OrderRow.Sent(sender, nonce)));
      return new OrderRow(
          terms,
          state,
          map.state(state),
          fundBy,
          created,
          updated,
          since,
          transaction,
          sent,
          updated.toString(),
          NO_LEDGER,
          doubts.isEmpty()
              ? List.of()
              : List.of("its row cannot be read: " + String.join("; ", doubts)));
    }

    private OrderTerms terms() {
      String id = text(Column.ID).orElse("");
      if (id.isEmpty()) {
        doubts.add("its id is empty");
      }
      OrderTerms keyless =
          new OrderTerms(
              id,
              read(Column.BUYER, Address::new, "0x and 40 hex digits"),
              read(Column.SELLER, Address::new, "0x and 40 hex digits"),
              columns.containsKey(Column.TOKEN)
                  ? read(Column.TOKEN, Address::new, "0x and 40 hex digits")
                  : map.token(),
              read(Column.AMOUNT, this::units, expectedAmount()),
              read(Column.ESCROW_CONTRACT, Address::new, "0x and 40 hex digits").or(map::contract),
              Optional.empty());
      return new OrderTerms(
          keyless.orderId(),
          keyless.buyer(),
          keyless.seller(),
          keyless.token(),
          keyless.amount(),
          keyless.contract(),
          key(keyless));
    }

    private Optional<Hash> key(OrderTerms terms) {
      Optional<String> said = text(Column.ESCROW_KEY);
      try {
        return map.keys().keyOf(terms, said);
      } catch (IllegalArgumentException wrong) {
        doubts.add(
            columns.getOrDefault(Column.ESCROW_KEY, "its key")
                + said.map(text -> ": " + clip(text)).orElse("")
                + " ("
                + wrong.getMessage()
                + ")");
        return Optional.empty();
      }
    }

    private BigInteger units(String text) {
      BigInteger units =
          new BigDecimal(text).scaleByPowerOfTen(map.amountDecimals()).toBigIntegerExact();
      if (units.signum() < 0 || units.bitLength() > 256) {
        throw new IllegalArgumentException("out of range");
      }
      return units;
    }

    private String expectedAmount() {
      return map.amountDecimals() == 0
          ? "base units, a whole number; orders.amount-decimals is for others"
          : "a number with at most " + map.amountDecimals() + " digits behind the point";
    }

    private Optional<Instant> instant(Column column) {
      return read(column, RowReading::time, "a time");
    }

    private <T> Optional<T> read(Column column, Function<String, T> reader, String expected) {
      Optional<String> text = text(column);
      try {
        return text.map(reader);
      } catch (IllegalArgumentException | ArithmeticException | DateTimeParseException wrong) {
        doubts.add(
            columns.get(column) + ": " + clip(text.orElse("")) + " (expected: " + expected + ")");
        return Optional.empty();
      }
    }

    /** Null and blank are the same: nothing was said. */
    private Optional<String> text(Column column) {
      String name = columns.get(column);
      if (name == null) {
        return Optional.empty();
      }
      JsonNode value = row.path(name);
      String text =
          value.isString()
              ? value.stringValue()
              : value.isBigDecimal()
                  ? value.decimalValue().toPlainString()
                  : value.isValueNode() && !value.isNull() ? value.asString() : "";
      return Optional.of(text.strip())
          .filter(said -> !said.isEmpty())
          .map(said -> said.startsWith("\\x") ? "0x" + said.substring(2) : said);
    }
  }

  private static final OrderRow.LedgerStatus NO_LEDGER =
      new OrderRow.LedgerStatus(
          Folded.nothing(),
          Folded.nothing(),
          OrderRow.Finality.NONE,
          Optional.empty(),
          Optional.empty(),
          0,
          Optional.empty());

  /** With an offset, or without one, which is taken for UTC; a number counts seconds since 1970. */
  static Instant time(String text) {
    if (text.matches("[0-9]{1,10}")) {
      return Instant.ofEpochSecond(Long.parseLong(text));
    }
    String iso = text.replaceFirst("^(\\d{4}-\\d{2}-\\d{2}) ", "$1T");
    return iso.matches(".*(Z|[+-]\\d{2}(:?\\d{2})?)$") && iso.contains("T")
        ? OffsetDateTime.parse(iso.replaceFirst("([+-]\\d{2})$", "$1:00")).toInstant()
        : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
  }

  private static String clip(String text) {
    String printable = text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029]", "?");
    return printable.length() <= LONGEST_SHOWN
        ? printable
        : printable.substring(0, LONGEST_SHOWN - 1) + "…";
  }
}
