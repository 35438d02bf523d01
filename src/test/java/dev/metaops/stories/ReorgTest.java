package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Hash;
import dev.metaops.chain.SettleOn;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.listen.Followed;
import dev.metaops.testing.Call;
import dev.metaops.testing.FakeNode;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.RecordedChain;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestChain.Replacement;
import dev.metaops.testing.TestVenue;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chain takes blocks back: no row keeps what is gone, none misses what came instead. */
class ReorgTest {
  @AutoClose
  private final TestChain chain = TestChain.start(options -> options.withSlotsInAnEpoch(16));

  private final TestVenue venue = new TestVenue(chain);
  private final Map<String, Terms> orders = new HashMap<>();

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 20})
  void otherOrdersOnEachSide(int depth) throws SQLException {
    place("before-1", "before-2", "before-3");
    place(names("old", depth));
    place(names("new", depth));
    place("both");
    send("before-1", "before-2", "before-3");
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();

      // The old side: one transaction a block, so exactly `depth` blocks.
      for (int block = 0; block < depth; block++) {
        switch (block) {
          case 1 -> venue.registry().release(key("before-1"));
          case 2 -> venue.registry().dispute(key("before-2"));
          case 3 -> send("both");
          default -> send("old-" + block);
        }
      }
      follower.catchUp();
      List<String> oldSide = truths();
      assertThat(rows()).isEqualTo(oldSide);

      List<Replacement> fork = new ArrayList<>();
      for (int block = 0; block < depth; block++) {
        fork.add(new Replacement(call("new-" + block), block));
      }
      if (depth > 1) {
        fork.add(new Replacement(venue.registry().refundCall(key("before-1")), 1));
        fork.add(new Replacement(call("both"), 1));
      }
      chain.reorg(depth, fork.toArray(Replacement[]::new));
      assertThat(follower.catchUp()).isInstanceOf(Followed.AtHead.class);
      assertThat(truths()).isNotEqualTo(oldSide);
      nothingIsLostAndNothingMadeUp();

      chain.finalizeBlock(chain.latest().ref());
      follower.catchUp();
      nothingIsLostAndNothingMadeUp();
      assertThat(venue.all("SELECT 1 FROM metaops.event WHERE NOT canonical"))
          .hasSizeGreaterThanOrEqualTo(1);
    }
  }

  @Test
  void anyReorgsInAnyOrder() throws SQLException {
    SplittableRandom random = new SplittableRandom(20261101);
    place("seed");
    send("seed");
    try (HandDriven follower = HandDriven.of(venue)) {
      for (int round = 0; round < 12; round++) {
        int depth = 1 + random.nextInt(6);
        place(names("r" + round, depth));
        chain.mine(depth);
        int last = round;
        send(
            IntStream.range(0, depth)
                .filter(_ -> random.nextBoolean())
                .mapToObj(block -> "r" + last + "-" + block)
                .toArray(String[]::new));
        if (random.nextBoolean()) {
          follower.catchUp();
        }
        List<Replacement> fork = new ArrayList<>();
        for (int block = 0; block < depth; block++) {
          String id = "r" + round + "-" + block;
          if (random.nextBoolean()
              && venue.registry().status(key(id)) == RegistryContract.Status.NONE) {
            fork.add(new Replacement(call(id), random.nextInt(depth)));
          }
        }
        chain.reorg(depth, fork.toArray(Replacement[]::new));
        assertThat(follower.catchUp()).isInstanceOf(Followed.AtHead.class);
        nothingIsLostAndNothingMadeUp();
      }
    }
  }

  @Test
  void backToTheFirstForkAndOn() throws SQLException, IOException {
    place("a", "b", "c");
    chain.mine(2);
    RecordedChain base = RecordedChain.of(chain);
    TestChain.Snapshot fork = chain.snapshot();
    send("a");
    venue.registry().release(key("a"));
    chain.mine(2);
    RecordedChain first = RecordedChain.of(chain);
    chain.mine(6);
    send("c");
    RecordedChain firstAndOn = RecordedChain.of(chain);
    chain.revert(fork);
    send("b");
    chain.mine(1);
    RecordedChain shorterSecond = RecordedChain.of(chain);
    venue.registry().refund(key("b"));
    chain.mine(3);
    RecordedChain second = RecordedChain.of(chain);

    AtomicReference<RecordedChain> shown = new AtomicReference<>(base);
    try (FakeNode node = RecordedChain.node(shown);
        HandDriven follower =
            HandDriven.from(
                chain.header(0), venue, new SettleOn.Finalized(), TestVenue.provider(node.url()))) {
      follower.catchUp();
      shown.set(first);
      follower.catchUp();
      assertThat(chainStates()).containsExactly("a SETTLED", "b CREATED", "c CREATED");
      assertThat(rows()).containsExactly("a PENDING", "b CREATED", "c CREATED");
      shown.set(shorterSecond);
      assertThat(follower.catchUp()).isInstanceOf(Followed.Held.class);
      shown.set(second);
      follower.catchUp();
      assertThat(chainStates()).containsExactly("a CREATED", "b REFUNDED", "c CREATED");
      shown.set(firstAndOn);
      follower.catchUp();
      assertThat(chainStates()).containsExactly("a SETTLED", "b CREATED", "c PENDING");
      assertThat(
              venue.all(
                  "SELECT count(*) FROM metaops.event GROUP BY block_hash, log_index"
                      + " HAVING count(*) > 1"))
          .isEmpty();
    }
  }

  @Test
  void pastWhatWasSettledNothingMovesAndItIsSaid() throws SQLException {
    try (TestChain quick = TestChain.start(options -> options.withSlotsInAnEpoch(1))) {
      TestVenue settled = new TestVenue(quick);
      Terms terms = settled.order("o-1");
      Terms other = settled.order("o-2");
      try (HandDriven follower = HandDriven.of(settled)) {
        settled.registry().create(terms);
        settled.registry().release(RegistryContract.key(terms));
        quick.mine(3);
        follower.catchUp();
        assertThat(settled.state("o-1")).isEqualTo("SETTLED");
        List<String> before = settled.all("SELECT * FROM metaops.event ORDER BY block_number");

        quick.reorg(6, new Replacement(settled.registry().createCall(other), 0));
        quick.mine(3);
        for (int looks = 0; looks < 3; looks++) {
          assertThat(follower.step())
              .isInstanceOfSatisfying(
                  Followed.PastSettled.class,
                  past -> assertThat(past.why()).contains("no longer has block"));
        }
        assertThat(settled.state("o-1")).isEqualTo("SETTLED");
        assertThat(settled.state("o-2")).isEqualTo("CREATED");
        assertThat(settled.all("SELECT * FROM metaops.event ORDER BY block_number"))
            .isEqualTo(before);
      }
    }
  }

  @Test
  void aForkThatTakesBackEverythingReadSinceTheStart() throws SQLException {
    place("o-1");
    var start = chain.latest();
    try (HandDriven follower = HandDriven.from(start, venue, new SettleOn.Finalized())) {
      send("o-1");
      follower.catchUp();
      assertThat(venue.state("o-1")).isEqualTo("PENDING");
      chain.reorg(1);
      follower.catchUp();
      assertThat(venue.state("o-1")).isEqualTo("CREATED");
      assertThat(venue.changes("o-1")).containsExactly("CREATED to PENDING", "PENDING to CREATED");
    }
  }

  // -------------------------------------------------------------------------------------- the
  // truth

  /** Against the contract and the node itself, not against anything metaops computed. */
  private void nothingIsLostAndNothingMadeUp() {
    assertThat(rows()).isEqualTo(truths());
    List<String> onChain =
        StreamSupport.stream(
                chain
                    .ask(
                        "eth_getLogs",
                        Map.of(
                            "fromBlock",
                            "0x0",
                            "toBlock",
                            "latest",
                            "address",
                            venue.registry().address().text(),
                            "topics",
                            List.of(
                                TestVenue.profile().topics().stream().map(Hash::text).toList())))
                    .spliterator(),
                false)
            .map(log ->
                log.path("blockHash").stringValue().substring(2)
                    + "|"
                    + Integer.parseInt(log.path("logIndex").stringValue().substring(2), 16))
            .sorted()
            .toList();
    assertThat(
            venue.all(
                "SELECT encode(block_hash, 'hex'), log_index FROM metaops.event WHERE canonical"
                    + " ORDER BY 1, 2"))
        .isEqualTo(onChain);
  }

  /** What each row must be: the contract's status, but endings only once they are final. */
  private List<String> truths() {
    long finalized = chain.finalized().number();
    return orders.keySet().stream()
        .sorted()
        .map(id -> {
          RegistryContract.Status now = venue.registry().status(key(id));
          boolean isFinal = lastEventAt(key(id)) <= finalized;
          return id
              + " "
              + switch (now) {
                case NONE -> "CREATED";
                case HELD -> "PENDING";
                case DISPUTED -> "DISPUTED";
                case RELEASED -> isFinal ? "SETTLED" : "PENDING";
                case REFUNDED -> isFinal ? "REFUNDED" : "PENDING";
                case CANCELLED -> isFinal ? "CANCELLED" : "PENDING";
              };
        })
        .toList();
  }

  /** The block of this escrow's last event, as the node has it; -1 when it has none. */
  private long lastEventAt(Hash key) {
    return StreamSupport.stream(
            chain
                .ask(
                    "eth_getLogs",
                    Map.of(
                        "fromBlock",
                        "0x0",
                        "toBlock",
                        "latest",
                        "topics",
                        Arrays.asList(null, key.text())))
                .spliterator(),
            false)
        .mapToLong(log -> Long.parseLong(log.path("blockNumber").stringValue().substring(2), 16))
        .max()
        .orElse(-1);
  }

  private List<String> rows() {
    return venue.all("SELECT id || ' ' || state FROM public.orders ORDER BY id COLLATE \"C\"");
  }

  private List<String> chainStates() {
    return venue.all(
        "SELECT order_id || ' ' || chain_state FROM metaops.order_status"
            + " ORDER BY order_id COLLATE \"C\"");
  }

  private void place(String... ids) {
    for (String id : ids) {
      orders.put(id, venue.order(id));
    }
  }

  private static String[] names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(n -> prefix + "-" + n).toArray(String[]::new);
  }

  private void send(String... ids) {
    for (String id : ids) {
      venue.registry().create(terms(id));
    }
  }

  private Call call(String id) {
    return venue.registry().createCall(terms(id));
  }

  private Hash key(String id) {
    return RegistryContract.key(terms(id));
  }

  private Terms terms(String id) {
    Terms terms = orders.get(id);
    if (terms == null) {
      throw new IllegalArgumentException(id + ": not placed");
    }
    return terms;
  }
}
