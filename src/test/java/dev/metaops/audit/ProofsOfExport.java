package dev.metaops.audit;

import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Our proofs over a log, for {@code bench/peers/check-export.mjs}. */
final class ProofsOfExport {
  private static final List<Integer> PLACES = List.of(0, 1, 2, 255, 256, 511, 512, 698, 699);
  private static final List<Integer> EARLIER = List.of(1, 2, 3, 100, 256, 257, 512, 699);

  private ProofsOfExport() {}

  static ObjectNode json(List<SealedLeaf> log, VerifierKey key) {
    List<Bytes> leaves = log.stream().map(SealedLeaf::leaf).toList();
    ObjectNode proofs = JsonMapper.shared().createObjectNode().put("key", key.text());
    ArrayNode inclusion = proofs.putArray("inclusion");
    for (int index : PLACES) {
      ObjectNode one = inclusion.addObject().put("index", index);
      path(one, MerkleProof.inclusion(index, leaves.size(), MerkleProof.of(leaves)));
    }
    ArrayNode consistency = proofs.putArray("consistency");
    for (int size : EARLIER) {
      ObjectNode one =
          consistency
              .addObject()
              .put("size", size)
              .put("root", MerkleProof.of(leaves).root(0, size).hex());
      path(one, MerkleProof.consistency(size, leaves.size(), MerkleProof.of(leaves)));
    }
    return proofs;
  }

  private static void path(ObjectNode one, List<Bytes> hashes) {
    ArrayNode path = one.putArray("path");
    hashes.forEach(hash -> path.add(hash.hex()));
  }
}
