package dev.metaops.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.time.SystemTicker;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against the published vectors, and against the definition of RFC 6962 written down as it is. */
class MerkleTest {
  /** Entries and roots of the reference tests of certificate transparency. */
  private static final List<String> ENTRIES =
      List.of(
          "",
          "00",
          "10",
          "2021",
          "3031",
          "40414243",
          "5051525354555657",
          "606162636465666768696a6b6c6d6e6f");

  private static final List<String> ROOTS =
      List.of(
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  private static final int MOST = 70;

  @Test
  void itsRootsAreThePublishedOnes() {
    var tree = new MerkleTree();
    for (int size = 0; size <= ENTRIES.size(); size++) {
      assertThat(tree.root().hex()).isEqualTo(ROOTS.get(size));
      if (size < ENTRIES.size()) {
        tree.add(AuditChain.leaf(Bytes.ofHex(ENTRIES.get(size))));
      }
    }
  }

  @Test
  void everyRootIsTheDefinitions() {
    List<Bytes> leaves = leaves(MOST);
    var tree = new MerkleTree();
    for (int size = 0; size <= MOST; size++) {
      assertThat(tree.root()).as("size %d", size).isEqualTo(defined(leaves.subList(0, size)));
      assertThat(tree.copy().root()).isEqualTo(tree.root());
      if (size < MOST) {
        tree.add(leaves.get(size));
      }
    }
  }

  @Test
  void everyLeafIsProvedToBeWhereItIsAndNowhereElse() {
    List<Bytes> leaves = leaves(MOST);
    for (int size = 1; size <= MOST; size++) {
      Bytes root = defined(leaves.subList(0, size));
      for (int index = 0; index < size; index++) {
        List<Bytes> proof = MerkleProof.inclusion(index, size, MerkleProof.of(leaves));
        Bytes leaf = leaves.get(index);
        assertThat(proof).isEqualTo(definedPath(index, leaves.subList(0, size)));
        assertThat(MerkleProof.includes(root, size, index, leaf, proof)).isTrue();
        assertThat(MerkleProof.includes(root, size, (index + 1) % size, leaf, proof))
            .isEqualTo(size == 1);
        assertThat(MerkleProof.includes(root, size, index, leaves.get((index + 1) % MOST), proof))
            .isFalse();
        assertThat(MerkleProof.includes(root, size, size, leaf, proof)).isFalse();
      }
    }
  }

  @Test
  void everyEarlierLogIsProvedToBeTheBeginning() {
    List<Bytes> leaves = leaves(MOST);
    for (int size = 1; size <= MOST; size++) {
      Bytes root = defined(leaves.subList(0, size));
      for (int earlier = 1; earlier <= size; earlier++) {
        Bytes before = defined(leaves.subList(0, earlier));
        List<Bytes> proof = MerkleProof.consistency(earlier, size, MerkleProof.of(leaves));
        assertThat(proof).isEqualTo(definedSteps(earlier, leaves.subList(0, size), true));
        assertThat(MerkleProof.isConsistent(earlier, before, size, root, proof)).isTrue();
        assertThat(MerkleProof.isConsistent(earlier, root, size, before, proof))
            .isEqualTo(earlier == size);
        assertThat(MerkleProof.isConsistent(earlier, AuditChain.START, size, root, proof))
            .isFalse();
        assertThat(MerkleProof.isConsistent(earlier, before, size, AuditChain.START, proof))
            .isFalse();
      }
    }
  }

  @Test
  void noChangedProofIsBelieved() {
    long seed = Long.getLong("metaops.seed", SystemTicker.SYSTEM.nanos());
    var random = new SplittableRandom(seed);
    List<Bytes> leaves = leaves(MOST);
    for (int round = 0; round < 5_000; round++) {
      int size = random.nextInt(2, MOST + 1);
      int earlier = random.nextInt(1, size);
      Bytes root = defined(leaves.subList(0, size));
      Bytes before = defined(leaves.subList(0, earlier));
      List<Bytes> steps =
          changed(MerkleProof.consistency(earlier, size, MerkleProof.of(leaves)), random);
      assertThat(MerkleProof.isConsistent(earlier, before, size, root, steps))
          .as("seed %d, %d of %d", seed, earlier, size)
          .isFalse();
      List<Bytes> path =
          changed(MerkleProof.inclusion(earlier, size, MerkleProof.of(leaves)), random);
      assertThat(MerkleProof.includes(root, size, earlier, leaves.get(earlier), path))
          .as("seed %d, %d of %d", seed, earlier, size)
          .isFalse();
    }
  }

  private static List<Bytes> changed(List<Bytes> proof, SplittableRandom random) {
    var changed = new ArrayList<Bytes>(proof);
    int place = random.nextInt(proof.size());
    switch (random.nextInt(3)) {
      case 0 -> changed.remove(place);
      case 1 -> changed.add(place, AuditChain.START);
      default -> {
        byte[] bytes = changed.get(place).toArray();
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        changed.set(place, Bytes.of(bytes));
      }
    }
    return changed;
  }

  private static List<Bytes> leaves(int count) {
    var leaves = new ArrayList<Bytes>();
    for (int n = 0; n < count; n++) {
      leaves.add(AuditChain.leaf(Bytes.utf8("record " + n)));
    }
    return leaves;
  }

  /** MTH of RFC 6962 §2.1. */
  private static Bytes defined(List<Bytes> leaves) {
    if (leaves.isEmpty()) {
      return Bytes.sha256();
    }
    if (leaves.size() == 1) {
      return leaves.getFirst();
    }
    int k = k(leaves.size());
    return Bytes.sha256(
        Bytes.ofHex("01"),
        defined(leaves.subList(0, k)),
        defined(leaves.subList(k, leaves.size())));
  }

  private static int k(int size) {
    int k = 1;
    while (2 * k < size) {
      k *= 2;
    }
    return k;
  }

  /** PATH of RFC 6962 §2.1.1. */
  private static List<Bytes> definedPath(int m, List<Bytes> leaves) {
    int n = leaves.size();
    if (n == 1) {
      return List.of();
    }
    int k = k(n);
    var path =
        new ArrayList<Bytes>(
            m < k
                ? definedPath(m, leaves.subList(0, k))
                : definedPath(m - k, leaves.subList(k, n)));
    path.add(m < k ? defined(leaves.subList(k, n)) : defined(leaves.subList(0, k)));
    return path;
  }

  /** SUBPROOF of RFC 6962 §2.1.2. */
  private static List<Bytes> definedSteps(int m, List<Bytes> leaves, boolean isWhole) {
    int n = leaves.size();
    if (m == n) {
      return isWhole ? List.of() : List.of(defined(leaves));
    }
    int k = k(n);
    var steps =
        new ArrayList<Bytes>(
            m <= k
                ? definedSteps(m, leaves.subList(0, k), isWhole)
                : definedSteps(m - k, leaves.subList(k, n), false));
    steps.add(m <= k ? defined(leaves.subList(k, n)) : defined(leaves.subList(0, k)));
    return steps;
  }
}
