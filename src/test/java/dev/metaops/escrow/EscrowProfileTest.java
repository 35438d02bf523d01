package dev.metaops.escrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.testing.Artifact;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Contracts that are not the reference registry: what configuration makes of their events. */
class EscrowProfileTest {
  private static final Address BUYER = new Address("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
  private static final Address CONTRACT = new Address("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC");
  private static final Address FACTORY = new Address("0x5FbDB2315678afecb367f032d93F642f64180aa3");
  private static final Hash BLOCK = Words.keccak("a block");
  private static final String AMOUNT = "%064x".formatted(BigInteger.TEN);
  private static final EscrowAbi NAMED = EscrowAbi.parse(Artifact.of("NamedOrders").abi());

  @Test
  void anIndexedNameIsKnownByItsHash() {
    EscrowProfile profile =
        EscrowProfile.mapped(
            NAMED,
            Map.of(EscrowKind.CREATED, "EscrowCreated", EscrowKind.CANCELLED, "EscrowCancelled"),
            Optional.empty());
    Hash key = Words.keccak("o-1");
    Decoded decoded =
        profile.decode(
            log(
                CONTRACT,
                List.of(
                    Words.keccak("EscrowCreated(string,uint256,address,address)"),
                    key,
                    Words.of(BUYER),
                    Words.of(CONTRACT)),
                AMOUNT));
    assertThat(decoded)
        .isInstanceOfSatisfying(
            Decoded.Event.class,
            found -> {
              assertThat(found.event().key()).isEqualTo(key);
              assertThat(found.event().parts().buyer()).contains(BUYER);
              assertThat(found.event().parts().amount()).contains(BigInteger.TEN);
              assertThat(found.event().parts().orderId()).isEmpty();
              assertThat(found.event().parts().token()).isEmpty();
            });
    assertThat(
            profile.decode(
                log(CONTRACT, List.of(Words.keccak("EscrowCancelled(string)"), key), "")))
        .isInstanceOf(Decoded.Event.class);
    assertThat(
            profile.decode(
                log(
                    CONTRACT,
                    List.of(Words.keccak("EscrowReleased(string,uint256)"), key),
                    AMOUNT)))
        .isInstanceOf(Decoded.Unmapped.class);
  }

  @Test
  void aKeyInTheDataIsReadByItsType() {
    assertThat(keyInData("E(string id)", "%064x%064x".formatted(32, 2) + "3432" + "0".repeat(60)))
        .isEqualTo(Words.keccak("42"));
    assertThat(keyInData("E(uint64 id)", "%064x".formatted(7)))
        .isEqualTo(Words.of(BigInteger.valueOf(7)));
    assertThat(keyInData("E(uint16 id)", "%064x".formatted(7)))
        .isEqualTo(Words.of(BigInteger.valueOf(7)));
    assertThat(keyInData("E(address id)", Words.of(BUYER).text().substring(2)))
        .isEqualTo(Words.of(BUYER));
    assertThat(keyInData("E(bytes4 id)", "aabbccdd" + "0".repeat(56)))
        .isEqualTo(new Hash("0xaabbccdd" + "0".repeat(56)));
    assertThat(keyInData("E(bytes32 id)", BLOCK.text().substring(2))).isEqualTo(BLOCK);
  }

  private static Hash keyInData(String signature, String data) {
    DeclaredEvent declared = DeclaredEvent.parse(signature);
    EscrowProfile profile =
        EscrowProfile.mapped(
            new EscrowAbi(List.of(declared), List.of()),
            Map.of(EscrowKind.CREATED, "E"),
            Optional.empty());
    Decoded decoded = profile.decode(log(CONTRACT, List.of(declared.topic0()), data));
    assertThat(decoded).as(signature).isInstanceOf(Decoded.Event.class);
    return ((Decoded.Event) decoded).event().key();
  }

  @Test
  void saysInOneSentenceWhatTheAbiLacks() {
    refused(
        Map.of(EscrowKind.CREATED, "Funded"),
        "ABI: no event Funded (it has: EscrowCancelled(string indexed);");
    refused(
        Map.of(EscrowKind.RELEASED, "EscrowReleased"),
        "nothing says which event puts money into escrow");
    refused(
        Map.of(EscrowKind.CREATED, "EscrowCreated key=nonce"),
        "no parameter nonce that could be its key (it has: orderId, amount, buyer, seller)");
    refused(
        Map.of(EscrowKind.CREATED, "EscrowCreated price=amount"),
        "part: price (expected: key, id,");
    refused(
        Map.of(EscrowKind.CREATED, "EscrowCreated key=none"),
        "nothing says which parameter names the order");
    refused(
        Map.of(EscrowKind.CREATED, "EscrowCreated", EscrowKind.RELEASED, "EscrowCreated"),
        "is to mean two things");
  }

  private static void refused(Map<EscrowKind, String> events, String why) {
    assertThatThrownBy(() -> EscrowProfile.mapped(NAMED, events, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aContractPerOrderIsNamedByItsAddress() {
    EscrowProfile profile = EscrowProfile.perOrder(factory(), Optional.empty());
    Decoded deposited =
        profile.decode(
            log(
                CONTRACT,
                List.of(Words.keccak("Deposited(address,uint256)"), Words.of(BUYER)),
                AMOUNT));
    assertThat(deposited)
        .isInstanceOfSatisfying(
            Decoded.Event.class,
            found -> {
              assertThat(found.event().kind()).isEqualTo(EscrowKind.DEPOSITED);
              assertThat(found.event().key()).isEqualTo(Words.of(CONTRACT));
              assertThat(found.event().contract()).isEqualTo(CONTRACT);
            });
  }

  @Test
  void whatAFactoryEmitsIsReadAsTheFactorys() {
    EscrowProfile profile = EscrowProfile.perOrder(factory(), Optional.empty());
    List<Hash> announcement = List.of(Words.keccak("Made(address,uint256)"), Words.of(CONTRACT));
    assertThat(profile.decode(log(FACTORY, announcement, AMOUNT)))
        .isInstanceOfSatisfying(
            Decoded.Event.class,
            found -> {
              assertThat(found.event().kind()).isEqualTo(EscrowKind.CREATED);
              assertThat(found.event().contract()).isEqualTo(CONTRACT);
              assertThat(found.event().key()).isEqualTo(Words.of(CONTRACT));
            });
    assertThat(profile.decode(log(CONTRACT, announcement, AMOUNT)))
        .isInstanceOf(Decoded.Unmapped.class);
    assertThat(
            profile.decode(
                log(
                    FACTORY,
                    List.of(Words.keccak("Deposited(address,uint256)"), Words.of(BUYER)),
                    AMOUNT)))
        .isInstanceOf(Decoded.Unmapped.class);
  }

  private static Optional<EscrowProfile.Factory> factory() {
    return Optional.of(
        new EscrowProfile.Factory(
            FACTORY, "Made(address indexed trade, uint256 amount) key=trade"));
  }

  @Test
  void aDeploymentCountsInItsBlocksOnly() {
    EscrowProfile profile =
        EscrowProfile.mapped(NAMED, Map.of(EscrowKind.CREATED, "EscrowCreated"), Optional.empty());
    Escrows escrows =
        new Escrows(
            profile,
            List.of(
                new Deployment(FACTORY, 0, Optional.of(6L)),
                new Deployment(CONTRACT, 7, Optional.empty())));
    List<Hash> topics =
        List.of(
            Words.keccak("EscrowCreated(string,uint256,address,address)"),
            BLOCK,
            Words.of(BUYER),
            Words.of(CONTRACT));
    assertThat(escrows.decode(log(CONTRACT, topics, AMOUNT))).isInstanceOf(Decoded.Event.class);
    assertThat(escrows.decode(log(FACTORY, topics, AMOUNT))).isInstanceOf(Decoded.Unmapped.class);
    assertThat(escrows.current()).contains(CONTRACT);
    assertThat(escrows.firstBlock()).isZero();
  }

  /** 5,000 logs of random topics and data, at every profile. */
  @Test
  void hostileBytesNeverThrow() {
    var random = new SplittableRandom(7);
    List<EscrowProfile> profiles =
        List.of(
            EscrowProfile.mapped(
                NAMED, Map.of(EscrowKind.CREATED, "EscrowCreated"), Optional.empty()),
            EscrowProfile.perOrder(factory(), Optional.empty()));
    int undecodable = 0;
    for (int nth = 0; nth < 5_000; nth++) {
      EscrowProfile profile = profiles.get(nth % profiles.size());
      List<Hash> known = List.copyOf(profile.topics());
      List<Hash> topics = new ArrayList<>(List.of(known.get(random.nextInt(known.size()))));
      for (int more = random.nextInt(4); more > 0; more--) {
        topics.add(random.nextBoolean() ? BLOCK : Words.of(BUYER));
      }
      String data = "%064x".formatted(random.nextInt(200)).repeat(random.nextInt(6));
      undecodable +=
          profile.decode(log(CONTRACT, topics, data)) instanceof Decoded.Undecodable ? 1 : 0;
    }
    assertThat(undecodable).isBetween(100, 4_999);
  }

  @Test
  void codeOfOneSourceHasOneMarkWhateverItsConstructorWrote() {
    byte[] one = code("60017f" + "11".repeat(32) + "00");
    byte[] other = code("60017f" + "22".repeat(32) + "00");
    byte[] another = code("60027f" + "11".repeat(32) + "00");
    assertThat(TradeContract.mark(one)).isEqualTo(TradeContract.mark(other));
    assertThat(TradeContract.mark(one)).isNotEqualTo(TradeContract.mark(another));
  }

  private static byte[] code(String hex) {
    return dev.metaops.chain.Hex.bytes("0x" + hex);
  }

  @Test
  void aStatusFunctionIsReadAsConfigured() {
    StatusFunction function =
        StatusFunction.parse("orders(uint256) word=3 0=none 1=held 2=released 3=refunded");
    assertThat(dev.metaops.chain.Hex.text(function.call(BLOCK)))
        .isEqualTo(
            Words.keccak("orders(uint256)").text().substring(0, 10) + BLOCK.text().substring(2));
    byte[] answer = code("00".repeat(96) + "%064x".formatted(2));
    assertThat(function.read(answer)).contains(EscrowStatus.RELEASED);
    assertThat(function.read(code("00".repeat(96)))).isEmpty();
    assertThat(function.read(code("00".repeat(96) + "%064x".formatted(9)))).isEmpty();
    assertThatThrownBy(() -> StatusFunction.parse("orders(uint256) 1=paid"))
        .hasMessageContaining("status: paid (expected: none, held,");
  }

  private static Log log(Address contract, List<Hash> topics, String data) {
    return new Log(new BlockRef(7, BLOCK), BLOCK, 0, contract, topics, "0x" + data);
  }
}
