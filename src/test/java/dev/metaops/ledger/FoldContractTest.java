package dev.metaops.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowKind;
import dev.metaops.order.Folded;
import dev.metaops.order.OrderTerms;
import dev.metaops.store.Database;
import dev.metaops.store.Rows;
import dev.metaops.testing.TestPostgres;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The fold and the agreement of SQL are those of Java. */
class FoldContractTest {
  private static final int LONGEST = 4;
  private static final Address BUYER = address('a');
  private static final Address SELLER = address('b');
  private static final Address OTHER = address('c');
  private static final Address TOKEN = address('0');
  private static final Address CONTRACT = address('e');
  private static final BigInteger AMOUNT = BigInteger.TEN.pow(18);
  private static final Hash KEY = hash('1');

  private final Database database = TestPostgres.withOrdersSchema();

  @Test
  void everySequenceOfEventsFoldsToTheSame() throws SQLException {
    List<List<EscrowKind>> sequences = sequences();
    assertThat(sequences).hasSize(1 + 9 + 81 + 729 + 6561);
    try (Connection connection = database.connect(TestPostgres.minute())) {
      List<String> folded =
          Rows.list(
              connection,
              """
              SELECT coalesce((
                  SELECT metaops.fold(k ORDER BY n)
                  FROM unnest(string_to_array(s, ',')) WITH ORDINALITY AS u(k, n)), 'CREATED')
              FROM unnest(?) WITH ORDINALITY AS a(s, i) ORDER BY i\
              """,
              row -> row.getString(1),
              (Object)
                  sequences.stream()
                      .map(kinds -> kinds.stream().map(Enum::name).collect(Collectors.joining(",")))
                      .toArray(String[]::new));
      for (int at = 0; at < sequences.size(); at++) {
        Folded java = Folded.nothing();
        for (EscrowKind kind : sequences.get(at)) {
          java = java.after(kind);
        }
        assertThat(folded.get(at)).as("%s", sequences.get(at)).isEqualTo(java.text());
      }
    }
  }

  @Test
  void everyEventAgreesWithTheSameRows() throws SQLException {
    List<EscrowEvent> events = events();
    List<OrderTerms> rows = rows();
    int agreeing = 0;
    try (Connection connection = database.connect(TestPostgres.minute())) {
      Rows.execute(connection, "SELECT metaops.ensure_event_partition(0)");
      Rows.execute(
          connection,
          "SELECT metaops.insert_events(ARRAY[?::jsonb], 'listener', ARRAY[0::bigint])",
          new JsonMapper().writeValueAsString(EvidenceJson.events(1, events)));
      for (OrderTerms row : rows) {
        List<Boolean> answers =
            Rows.list(
                connection,
                """
                SELECT coalesce(metaops.agrees(e, o), false)
                  AND encode(e.escrow_key, 'hex') = substr(o.escrow_key, 3)
                FROM metaops.event e, jsonb_populate_record(NULL::public.orders, jsonb_build_object(
                  'id', ?::text, 'buyer', ?::text, 'seller', ?::text, 'token', ?::text,
                  'amount', ?::numeric, 'escrow_contract', ?::text, 'escrow_key', ?::text)) o
                ORDER BY e.log_index\
                """,
                answer -> answer.getBoolean(1),
                row.orderId(),
                row.buyer().map(Address::text).orElse(null),
                row.seller().map(Address::text).orElse(null),
                row.token().map(Address::text).orElse(null),
                row.amount().map(BigInteger::toString).orElse(null),
                row.contract().map(Address::text).orElse(null),
                row.key().map(Hash::text).orElse(null));
        assertThat(answers).hasSameSizeAs(events);
        for (int at = 0; at < events.size(); at++) {
          boolean java = row.with(events.get(at)) == OrderTerms.Agreement.AGREES;
          assertThat(answers.get(at)).as("%s with %s", row, events.get(at)).isEqualTo(java);
          agreeing += java ? 1 : 0;
        }
      }
    }
    assertThat(events.size() * rows.size()).isGreaterThan(300);
    assertThat(agreeing).isBetween(20, events.size() * rows.size() / 2);
  }

  /** Every three payments of parts, in every order, against the same rows. */
  @Test
  void partsAddUpToTheSame() throws SQLException {
    int compared = 0;
    try (Connection connection = database.connect(TestPostgres.minute())) {
      Rows.execute(connection, "SELECT metaops.ensure_event_partition(0)");
      for (List<Integer> parts : partings()) {
        List<EscrowEvent> events = paidOut(parts);
        Rows.execute(connection, "DELETE FROM metaops.event");
        Rows.execute(
            connection,
            "SELECT metaops.insert_events(ARRAY[?::jsonb], 'listener', ARRAY[0::bigint])",
            new JsonMapper().writeValueAsString(EvidenceJson.events(1, events)));
        for (Optional<BigInteger> amount :
            List.of(Optional.of(BigInteger.TEN), Optional.<BigInteger>empty())) {
          OrderTerms row =
              without(Optional.of(BUYER), Optional.of(SELLER), amount, Optional.of(CONTRACT));
          String sql =
              Rows.one(
                  connection,
                  """
                  SELECT metaops.fold(metaops.word(e, o) ORDER BY e.block_number, e.log_index)
                  FROM metaops.event e, jsonb_populate_record(NULL::public.orders,
                    jsonb_build_object('id', 'o-1', 'buyer', ?::text, 'seller', ?::text,
                      'amount', ?::numeric, 'escrow_contract', ?::text)) o\
                  """,
                  answer -> answer.getString(1),
                  BUYER.text(),
                  SELLER.text(),
                  amount.map(BigInteger::toString).orElse(null),
                  CONTRACT.text());
          assertThat(sql).as("%s of %s", parts, amount).isEqualTo(Folded.of(row, events).text());
          compared++;
        }
      }
    }
    assertThat(compared).isEqualTo(2 * (1 + 5 + 25 + 125));
  }

  private static List<List<Integer>> partings() {
    var all = new ArrayList<List<Integer>>();
    all.add(List.of());
    for (int at = 0; at < all.size(); at++) {
      List<Integer> shorter = all.get(at);
      if (shorter.size() < 3) {
        for (int part : List.of(1, 4, 6, 10, 11)) {
          all.add(Stream.concat(shorter.stream(), Stream.of(part)).toList());
        }
      }
    }
    return all;
  }

  /** Deposited, confirmed, and then paid in these parts. */
  private static List<EscrowEvent> paidOut(List<Integer> parts) {
    var events = new ArrayList<EscrowEvent>();
    events.add(of(EscrowKind.DEPOSITED, BUYER, Optional.of(BigInteger.TEN), 0));
    events.add(of(EscrowKind.CONFIRMED, SELLER, Optional.empty(), 1));
    for (int part : parts) {
      events.add(
          of(
              EscrowKind.PART_RELEASED,
              SELLER,
              Optional.of(BigInteger.valueOf(part)),
              events.size()));
    }
    return events;
  }

  private static EscrowEvent of(
      EscrowKind kind, Address party, Optional<BigInteger> amount, int index) {
    return EscrowEvent.of(kind, KEY, Optional.of(party), amount, log(CONTRACT, index));
  }

  private static List<List<EscrowKind>> sequences() {
    var all = new ArrayList<List<EscrowKind>>();
    all.add(List.of());
    for (int at = 0; at < all.size(); at++) {
      List<EscrowKind> shorter = all.get(at);
      if (shorter.size() < LONGEST) {
        for (EscrowKind kind : EscrowKind.values()) {
          all.add(Stream.concat(shorter.stream(), Stream.of(kind)).toList());
        }
      }
    }
    return all;
  }

  /** The order, and it with each term changed. */
  private static List<OrderTerms> rows() {
    return List.of(
        OrderTerms.whole("o-1", BUYER, SELLER, TOKEN, AMOUNT, CONTRACT, KEY),
        OrderTerms.whole("o-2", BUYER, SELLER, TOKEN, AMOUNT, CONTRACT, KEY),
        OrderTerms.whole("o-1", OTHER, SELLER, TOKEN, AMOUNT, CONTRACT, KEY),
        OrderTerms.whole("o-1", BUYER, OTHER, TOKEN, AMOUNT, CONTRACT, KEY),
        OrderTerms.whole("o-1", SELLER, BUYER, TOKEN, AMOUNT, CONTRACT, KEY),
        OrderTerms.whole("o-1", BUYER, SELLER, OTHER, AMOUNT, CONTRACT, KEY),
        OrderTerms.whole("o-1", BUYER, SELLER, TOKEN, BigInteger.ONE, CONTRACT, KEY),
        OrderTerms.whole("o-1", BUYER, SELLER, TOKEN, AMOUNT, OTHER, KEY),
        OrderTerms.whole("o-1", BUYER, SELLER, TOKEN, AMOUNT, CONTRACT, hash('2')),
        without(Optional.empty(), Optional.of(SELLER), Optional.of(AMOUNT), Optional.of(CONTRACT)),
        without(Optional.of(BUYER), Optional.empty(), Optional.of(AMOUNT), Optional.of(CONTRACT)),
        without(Optional.of(BUYER), Optional.of(SELLER), Optional.empty(), Optional.of(CONTRACT)),
        without(Optional.of(BUYER), Optional.of(SELLER), Optional.of(AMOUNT), Optional.empty()),
        new OrderTerms(
            "o-1",
            Optional.of(BUYER),
            Optional.of(SELLER),
            Optional.of(TOKEN),
            Optional.of(AMOUNT),
            Optional.of(CONTRACT),
            Optional.empty()));
  }

  /** A table without some columns. */
  private static OrderTerms without(
      Optional<Address> buyer,
      Optional<Address> seller,
      Optional<BigInteger> amount,
      Optional<Address> contract) {
    return new OrderTerms(
        "o-1", buyer, seller, Optional.empty(), amount, contract, Optional.of(KEY));
  }

  private static List<EscrowEvent> events() {
    var events = new ArrayList<EscrowEvent>();
    for (Address contract : List.of(CONTRACT, OTHER)) {
      for (Hash key : List.of(KEY, hash('2'))) {
        for (String id : List.of("o-1", "o-2")) {
          for (Address buyer : List.of(BUYER, OTHER)) {
            for (BigInteger amount : List.of(AMOUNT, BigInteger.ONE)) {
              for (Address token : List.of(TOKEN, OTHER)) {
                events.add(created(id, buyer, token, amount, contract, key, events.size()));
              }
            }
          }
        }
        for (EscrowKind kind : EnumSet.complementOf(EnumSet.of(EscrowKind.CREATED))) {
          for (Optional<Address> party :
              List.of(
                  Optional.of(BUYER),
                  Optional.of(SELLER),
                  Optional.of(OTHER),
                  Optional.<Address>empty())) {
            for (Optional<BigInteger> amount :
                List.of(
                    Optional.of(AMOUNT),
                    Optional.of(BigInteger.ONE),
                    Optional.<BigInteger>empty())) {
              events.add(EscrowEvent.of(kind, key, party, amount, log(contract, events.size())));
            }
          }
        }
      }
    }
    return events;
  }

  private static EscrowEvent created(
      String id,
      Address buyer,
      Address token,
      BigInteger amount,
      Address contract,
      Hash key,
      int index) {
    return EscrowEvent.created(
        key,
        new EscrowEvent.Terms(
            id, buyer, SELLER, token, amount, Instant.parse("2026-11-01T00:00:00Z")),
        log(contract, index));
  }

  private static Log log(Address contract, int index) {
    return new Log(
        new BlockRef(7, hash('7')), hash('8'), index, contract, List.of(hash('9')), "0x");
  }

  private static Address address(char digit) {
    return new Address("0x" + repeated(digit, 40));
  }

  private static Hash hash(char digit) {
    return new Hash("0x" + repeated(digit, 64));
  }

  private static String repeated(char digit, int times) {
    char[] digits = new char[times];
    Arrays.fill(digits, digit);
    return new String(digits);
  }
}
