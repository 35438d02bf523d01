package dev.metaops.escrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.esaulpaugh.headlong.abi.Tuple;
import com.esaulpaugh.headlong.abi.TupleType;
import com.joemelsha.crypto.hash.Keccak;
import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Hex;
import dev.metaops.chain.Log;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RegistryProfileTest {
  private static final Hash BLOCK = keccak("a block");
  private static final Hash TRANSACTION = keccak("a transaction");
  private static final Hash KEY = keccak("a key");
  private static final Address REGISTRY = new Address("0x5FbDB2315678afecb367f032d93F642f64180aa3");
  private static final Address BUYER = new Address("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
  private static final Address SELLER = new Address("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC");
  private static final BigInteger ETHER = BigInteger.TEN.pow(18);
  private static final BigInteger LARGEST = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);

  private static final Hash CREATED =
      keccak("EscrowCreated(bytes32,address,address,string,address,uint256,uint64)");
  private static final Hash RELEASED = keccak("EscrowReleased(bytes32,address,uint256)");
  private static final Hash DISPUTED = keccak("EscrowDisputed(bytes32,address)");

  private final EscrowProfile profile = EscrowProfile.registry(EscrowAbi.parse(abi()));

  @Test
  void readsTheTermsOfANewEscrow() {
    Log log = log(List.of(CREATED, KEY, topic(BUYER), topic(SELLER)), terms("42", "1780000000"));
    assertThat(profile.decode(log))
        .isEqualTo(
            new Decoded.Event(
                EscrowEvent.created(
                    KEY,
                    new EscrowEvent.Terms(
                        "42",
                        BUYER,
                        SELLER,
                        Address.ZERO,
                        ETHER,
                        Instant.ofEpochSecond(1_780_000_000)),
                    log)));
  }

  @Test
  void readsWhoWasPaidHowMuchWhenAnEscrowEnds() {
    for (EscrowKind kind :
        List.of(EscrowKind.RELEASED, EscrowKind.REFUNDED, EscrowKind.CANCELLED)) {
      String name = kind.name().charAt(0) + kind.name().substring(1).toLowerCase(Locale.ROOT);
      Hash topic0 = keccak("Escrow" + name + "(bytes32,address,uint256)");
      Log log = log(List.of(topic0, KEY, topic(SELLER)), encode("(uint256)", LARGEST));
      assertThat(profile.decode(log))
          .isEqualTo(
              new Decoded.Event(
                  EscrowEvent.of(kind, KEY, Optional.of(SELLER), Optional.of(LARGEST), log)));
    }
  }

  @Test
  void readsADispute() {
    Log log = log(List.of(DISPUTED, KEY, topic(BUYER)), new byte[0]);
    assertThat(profile.decode(log))
        .isEqualTo(
            new Decoded.Event(
                EscrowEvent.of(
                    EscrowKind.DISPUTED, KEY, Optional.of(BUYER), Optional.empty(), log)));
  }

  @Test
  void listsEventsThatMeanNothingForAnOrder() {
    Hash paused = keccak("Paused(address)");
    assertThat(profile.decode(log(List.of(paused), new byte[32])))
        .isEqualTo(new Decoded.Unmapped(Optional.of(paused)));
    assertThat(profile.decode(log(List.of(), new byte[32])))
        .isEqualTo(new Decoded.Unmapped(Optional.empty()));
  }

  @Test
  void quarantinesWhatItCannotRead() {
    quarantined(List.of(CREATED), terms("42", "1"), Optional.empty());
    quarantined(List.of(CREATED, KEY, topic(BUYER)), terms("42", "1"), Optional.of(KEY));
    quarantined(List.of(CREATED, KEY, KEY, topic(SELLER)), terms("42", "1"), Optional.of(KEY));
    quarantined(List.of(RELEASED, KEY, topic(BUYER), KEY), new byte[32], Optional.of(KEY));
    quarantined(List.of(RELEASED, KEY, topic(BUYER)), new byte[31], Optional.of(KEY));
    quarantined(List.of(RELEASED, KEY, topic(BUYER)), new byte[0], Optional.of(KEY));
    quarantined(List.of(RELEASED, KEY, topic(BUYER)), new byte[64], Optional.of(KEY));
    quarantined(List.of(DISPUTED, KEY, topic(BUYER)), new byte[32], Optional.of(KEY));
  }

  @Test
  void quarantinesIdsThatCouldHurtAScreenOrADatabase() {
    for (String id :
        List.of("", "a\0b", "a\nb", "\u001b[31m", "\u0085", "x".repeat(257), "\uFFFD")) {
      quarantined(created(), terms(id, "1"), Optional.of(KEY));
    }
    byte[] notUtf8 = terms("42", "1");
    notUtf8[notUtf8.length - 32] = (byte) 0xC3;
    quarantined(created(), notUtf8, Optional.of(KEY));
    byte[] hugeLength = terms("42", "1");
    hugeLength[hugeLength.length - 61] = 0x7f;
    quarantined(created(), hugeLength, Optional.of(KEY));
  }

  @Test
  void readsADeadlineBeyondTheCalendarAsItsEnd() {
    for (String seconds : List.of("253402300800", "18446744073709551615")) {
      assertThat(profile.decode(log(created(), terms("42", seconds))))
          .isInstanceOfSatisfying(
              Decoded.Event.class,
              decoded ->
                  assertThat(decoded.event().terms().orElseThrow().deadline())
                      .isEqualTo(Instant.parse("9999-12-31T23:59:59Z")));
    }
  }

  @Test
  void neverThrowsWhateverTheBytes() {
    long seed = new SplittableRandom().nextLong();
    System.out.println("seed of neverThrowsWhateverTheBytes: " + seed);
    RandomGenerator random = new SplittableRandom(seed);
    List<Hash> mapped = List.copyOf(profile.topics());
    int[] seen = new int[3];
    for (int round = 0; round < 20_000; round++) {
      switch (profile.decode(hostile(random, mapped))) {
        case Decoded.Event _ -> seen[0]++;
        case Decoded.Unmapped _ -> seen[1]++;
        case Decoded.Undecodable(_, _, String why) -> {
          seen[2]++;
          assertThat(why).isNotBlank().hasSizeLessThanOrEqualTo(160).doesNotMatch(".*\\p{Cc}.*");
        }
      }
    }
    assertThat(seen).as("seed %d", seed).doesNotContain(0);
  }

  /** Random topics and data, or an honest event with some bytes changed, cut or added. */
  private static Log hostile(RandomGenerator random, List<Hash> mapped) {
    boolean isHonestAtHeart = random.nextBoolean();
    List<Hash> topics = new ArrayList<>(created());
    byte[] data = terms("order " + random.nextInt(1000), "1780000000");
    if (!isHonestAtHeart) {
      topics.clear();
      int count = random.nextInt(5);
      for (int at = 0; at < count; at++) {
        topics.add(at == 0 && random.nextInt(4) > 0 ? pick(random, mapped) : randomTopic(random));
      }
      data = new byte[random.nextInt(400)];
      random.nextBytes(data);
    }
    for (int change = random.nextInt(4); change > 0 && data.length > 0; change--) {
      data[random.nextInt(data.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0
        ? log(topics, Arrays.copyOf(data, random.nextInt(data.length + 40)))
        : log(topics, data);
  }

  private static Hash pick(RandomGenerator random, List<Hash> some) {
    return some.get(random.nextInt(some.size()));
  }

  private static Hash randomTopic(RandomGenerator random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    if (random.nextBoolean()) {
      Arrays.fill(bytes, 0, 12, (byte) 0);
    }
    return Hash.of(bytes);
  }

  @Test
  void refusesAnAbiWithoutAMappedEvent() {
    String without = abi().replace("EscrowRefunded", "EscrowReturned");
    assertThatThrownBy(() -> EscrowProfile.registry(EscrowAbi.parse(without)))
        .hasMessageStartingWith(
            "ABI: no event EscrowRefunded(bytes32 indexed,address indexed,uint256) (it has:"
                + " EscrowCreated(bytes32 indexed,")
        .hasMessageContaining("; EscrowReturned(bytes32 indexed,address indexed,uint256); ")
        .hasMessageContaining("; Paused(address); Swept((address,uint256)[]))");
    assertThatThrownBy(() -> EscrowProfile.registry(EscrowAbi.parse("[]")))
        .hasMessageContaining("(it has: no events)");
  }

  @Test
  void refusesAnEventThatOnlyDiffersInWhatIsIndexed() {
    String other =
        abi()
            .replace(
                "\"by\", \"type\": \"address\", \"indexed\": true",
                "\"by\", \"type\": \"address\", \"indexed\": false");
    assertThatThrownBy(() -> EscrowProfile.registry(EscrowAbi.parse(other)))
        .hasMessageContaining("no event EscrowDisputed(bytes32 indexed,address indexed)")
        .hasMessageContaining("EscrowDisputed(bytes32 indexed,address)");
  }

  @Test
  void refusesWhatIsNoAbi() {
    check("", "ABI: not an array");
    check("{", "ABI: not JSON");
    check("[".repeat(5000), "ABI: not JSON");
    check("{\"abi\": 7}", "ABI: not an array");
    check(
        "[{\"type\":\"event\",\"name\":\"E\",\"inputs\":[{\"type\":\"uint257\"}]}]",
        "ABI: event E(uint257) has a type that does not exist");
  }

  private static void check(String json, String expected) {
    assertThatThrownBy(() -> EscrowAbi.parse(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(expected);
  }

  @Test
  void derivesTheKeyAsTheContractDoes() {
    String word = "%064x";
    String encoded =
        word.formatted(0xa0)
            + "0".repeat(24)
            + BUYER.text().substring(2)
            + "0".repeat(24)
            + SELLER.text().substring(2)
            + "0".repeat(64)
            + word.formatted(ETHER)
            + word.formatted(2)
            + "3432"
            + "0".repeat(60);
    assertThat(EscrowKey.of("42", BUYER, SELLER, Address.ZERO, ETHER))
        .isEqualTo(Hash.of(new Keccak(256).digest(Hex.bytes("0x" + encoded))));
  }

  @Test
  void asksTheContractAndReadsItsAnswer() {
    assertThat(Hex.text(EscrowView.escrowOf(KEY)))
        .isEqualTo(keccak("escrowOf(bytes32)").text().substring(0, 10) + KEY.text().substring(2));
    assertThat(Hex.text(EscrowView.paused())).isEqualTo(keccak("paused()").text().substring(0, 10));
    assertThat(Hex.text(EscrowView.held(BUYER)))
        .isEqualTo(
            keccak("held(address)").text().substring(0, 10) + topic(BUYER).text().substring(2));
    byte[] answer = holding(1);
    assertThat(EscrowView.readEscrowOf(answer))
        .contains(
            new EscrowView.Holding(
                BUYER, SELLER, Address.ZERO, ETHER, Instant.ofEpochSecond(7), EscrowStatus.HELD));
    assertThat(EscrowView.readEscrowOf(holding(5)).orElseThrow().status())
        .isEqualTo(EscrowStatus.CANCELLED);
    assertThat(EscrowView.readEscrowOf(holding(6))).isEmpty();
    assertThat(EscrowView.readEscrowOf(new byte[0])).isEmpty();
    assertThat(EscrowView.readArbiter(topic(SELLER).bytes())).contains(SELLER);
    assertThat(EscrowView.readPaused(new byte[32])).contains(false);
    assertThat(EscrowView.readPaused(new byte[31])).isEmpty();
    assertThat(EscrowView.readHeld(encode("(uint256)", LARGEST))).contains(LARGEST);
  }

  private static byte[] holding(int status) {
    return encode(
        "(address,address,address,uint256,uint64,uint8)",
        EscrowKey.word(BUYER),
        EscrowKey.word(SELLER),
        EscrowKey.word(Address.ZERO),
        ETHER,
        BigInteger.valueOf(7),
        status);
  }

  private void quarantined(List<Hash> topics, byte[] data, Optional<Hash> key) {
    assertThat(profile.decode(log(topics, data)))
        .isInstanceOfSatisfying(
            Decoded.Undecodable.class,
            undecodable -> {
              assertThat(undecodable.topic0()).isEqualTo(topics.getFirst());
              assertThat(undecodable.key()).isEqualTo(key);
              assertThat(undecodable.why()).isNotBlank();
            });
  }

  private static List<Hash> created() {
    return List.of(CREATED, KEY, topic(BUYER), topic(SELLER));
  }

  private static byte[] terms(String id, String deadline) {
    return encode(
        "(string,address,uint256,uint64)",
        id,
        EscrowKey.word(Address.ZERO),
        ETHER,
        new BigInteger(deadline));
  }

  private static byte[] encode(String types, Object... values) {
    return TupleType.<Tuple>parse(types).encode(Tuple.from(values)).array();
  }

  private static Log log(List<Hash> topics, byte[] data) {
    return new Log(new BlockRef(7, BLOCK), TRANSACTION, 3, REGISTRY, topics, Hex.text(data));
  }

  private static Hash topic(Address address) {
    return new Hash("0x" + "0".repeat(24) + address.text().substring(2));
  }

  private static Hash keccak(String text) {
    return Hash.of(new Keccak(256).digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String abi() {
    try (InputStream in =
        RegistryProfileTest.class.getResourceAsStream("/escrow/registry.abi.json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
