package dev.metaops.proof;

import static dev.metaops.proof.HeaderField.*;

import com.esaulpaugh.headlong.rlp.RLPEncoder;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Hex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Recomputes a header's hash from its fields: every fork of Ethereum, OP-stack and Polygon, and
 * authority rounds. What a node tells decides what is tried first; then fewer of the optional
 * fields at the end, as some nodes tell more than the chain hashes. At most 34 encodings are tried,
 * each of them some microseconds.
 */
public final class HeaderSeal {
  private static final List<HeaderField> HEAD =
      List.of(
          PARENT_HASH,
          SHA3_UNCLES,
          MINER,
          STATE_ROOT,
          TRANSACTIONS_ROOT,
          RECEIPTS_ROOT,
          LOGS_BLOOM,
          DIFFICULTY,
          NUMBER,
          GAS_LIMIT,
          GAS_USED,
          TIMESTAMP,
          EXTRA_DATA);
  private static final List<HeaderField> WORK = List.of(MIX_HASH, NONCE);
  private static final List<HeaderField> AUTHORITY = List.of(STEP, SIGNATURE);
  private static final List<HeaderField> TAIL =
      List.of(
          BASE_FEE,
          WITHDRAWALS_ROOT,
          BLOB_GAS_USED,
          EXCESS_BLOB_GAS,
          PARENT_BEACON_BLOCK_ROOT,
          REQUESTS_HASH,
          BLOCK_ACCESS_LIST_HASH,
          SLOT_NUMBER);

  private final Header header;
  private final Map<String, String> members;
  private final Map<HeaderField, byte[]> tail = new EnumMap<>(HeaderField.class);
  private final List<String> tried = new ArrayList<>();

  private HeaderSeal(Header header) {
    this.header = header;
    members = header.fields();
  }

  /** Never throws, whatever the node told. */
  public static Sealing of(Header header) {
    try {
      return new HeaderSeal(header).seal();
    } catch (IllegalArgumentException e) {
      return new Sealing.Unsealed(
          "block " + header.ref() + " has a header that cannot be hashed: " + e.getMessage());
    }
  }

  private Sealing seal() {
    List<byte[]> head = new ArrayList<>(HEAD.size());
    for (HeaderField field : HEAD) {
      head.add(required(field));
    }
    for (HeaderField field : TAIL) {
      field.in(members).ifPresent(value -> tail.put(field, value));
    }
    Optional<String> strange = strange(head);
    if (strange.isPresent()) {
      return new Sealing.Unsealed(
          "block " + header.ref() + " was read with another " + strange.get() + " than it tells");
    }
    return seal(head, WORK)
        .or(() -> seal(head, AUTHORITY))
        .<Sealing>map(Sealing.Sealed::new)
        .orElseGet(() -> new Sealing.Unsealed(whyNot()));
  }

  private String whyNot() {
    return tried.isEmpty()
        ? "block " + header.ref() + " has neither mixHash and nonce nor step and signature"
        : "the hash of block "
            + header.ref()
            + " does not follow from its fields (tried: "
            + String.join("; ", tried)
            + "): a forged header, or a chain that hashes other fields";
  }

  /** Empty when no number of the optional fields behind these gives the hash. */
  private Optional<SealedHeader> seal(List<byte[]> head, List<HeaderField> middle) {
    List<byte[]> begun = new ArrayList<>(head);
    for (HeaderField field : middle) {
      Optional<byte[]> value = field.in(members);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      begun.add(value.get());
    }
    List<HeaderField> told = List.copyOf(tail.keySet());
    for (int count = told.size(); count > 0; count--) {
      HeaderField last = told.get(count - 1);
      List<HeaderField> upToLast = TAIL.subList(0, TAIL.indexOf(last) + 1);
      String upTo = "up to " + last.text();
      Optional<SealedHeader> sealed = hashed(begun, told.subList(0, count), upTo);
      if (sealed.isEmpty() && upToLast.size() > count) {
        sealed = hashed(begun, upToLast, upTo + ", those between left empty");
      }
      if (sealed.isPresent()) {
        return sealed;
      }
    }
    return hashed(begun, List.of(), "up to " + middle.getLast().text());
  }

  /** Empty when these fields do not give the hash. */
  private Optional<SealedHeader> hashed(List<byte[]> begun, List<HeaderField> behind, String upTo) {
    List<byte[]> items = new ArrayList<>(begun);
    for (HeaderField field : behind) {
      items.add(tail.getOrDefault(field, Scalar.ZERO));
    }
    String shape = items.size() + " fields, " + upTo;
    byte[] rlp = RLPEncoder.list(items);
    if (Hash.of(Keccaks.of(rlp)).equals(header.hash())) {
      return Optional.of(new SealedHeader(header, rlp, shape));
    }
    tried.add(shape);
    return Optional.empty();
  }

  private byte[] required(HeaderField field) {
    return field
        .in(members)
        .orElseThrow(() -> new IllegalArgumentException("it has no " + field.text()));
  }

  /** The first part of the header that is not what its own fields say. */
  private Optional<String> strange(List<byte[]> head) {
    Map<HeaderField, byte[]> parts =
        Map.of(
            PARENT_HASH, header.parentHash().bytes(),
            RECEIPTS_ROOT, header.receiptsRoot().bytes(),
            LOGS_BLOOM, Hex.bytes(header.logsBloom()),
            NUMBER, Scalar.of(header.number()),
            TIMESTAMP, Scalar.of(header.time().getEpochSecond()));
    return parts.entrySet().stream()
        .filter(part -> !Arrays.equals(part.getValue(), head.get(HEAD.indexOf(part.getKey()))))
        .map(part -> part.getKey().text())
        .findFirst();
  }
}
