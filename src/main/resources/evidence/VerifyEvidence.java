import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * Checks a bundle of evidence with nothing but a JDK (17 or later): no network, no database, nothing written to disk.
 *
 *   java VerifyEvidence.java BUNDLE.zip [KEY ...]
 *
 * KEY is the public key of checkpoints (NAME+ID+BASE64, what `metaops audit key` prints), told to you by somebody you
 * trust, or a person's ("NAME BASE64"). Exit: 0 everything holds, 1 something rests on a key nobody vouched for,
 * 2 tampered or incomplete, 3 not a bundle. The copy in a bundle proves nothing by itself: whoever makes up a bundle
 * can make up its verifier. Take this file from where you take the key.
 */
public final class VerifyEvidence {
  static final int MOST_BYTES = 256 << 20;
  static final int MOST_FILES = 20_000;
  static final int MOST_NOTE = 64 << 10;
  static final String NAME_PART = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";
  static final Pattern NAME = Pattern.compile(NAME_PART + "(/" + NAME_PART + ")?");
  static final Pattern SIGNATURE = Pattern.compile("— (\\S+) (\\S+)");
  static final Pattern KEY = Pattern.compile("([^\\s+]{1,200})\\+([0-9a-f]{8})\\+(\\S+)");
  static final Pattern CHAIN = Pattern.compile("chain [0-9a-f]{64} epoch [0-9]{1,18} at (\\S{1,40})");
  static final HexFormat HEX = HexFormat.of();

  /** How a finding counts: the first two end with 2, the last with 1. */
  enum Kind { TAMPERED, INCOMPLETE, UNVERIFIABLE }

  record Finding(Kind kind, String what) {}

  record Result(int exit, List<String> checked, List<String> trust, List<Finding> findings) {}

  /** Whatever cannot be read as what it should be. */
  static final class Bad extends RuntimeException {
    private static final long serialVersionUID = 1;

    Bad(String why) { super(why); }
  }

  public static void main(String[] args) throws Exception {
    if (args.length == 0 || args[0].startsWith("-")) {
      System.err.println("java VerifyEvidence.java BUNDLE.zip [KEY ...]");
      System.exit(64);
    }
    Path path = Path.of(args[0]);
    if (!Files.isRegularFile(path) || Files.size(path) > MOST_BYTES) {
      System.out.println("UNREADABLE: no file of at most " + MOST_BYTES + " bytes is " + path);
      System.exit(3);
    }
    Result result = check(Files.readAllBytes(path), List.of(args).subList(1, args.length));
    String verdict = List.of("EVERYTHING HOLDS", "NOT VERIFIABLE with the keys given", "REFUSED", "UNREADABLE").get(result.exit);
    System.out.println(verdict + ": " + path.getFileName());
    result.findings.forEach(one -> System.out.println("  " + one.kind + ": " + printable(one.what)));
    result.checked.forEach(line -> System.out.println("  checked: " + printable(line)));
    result.trust.forEach(line -> System.out.println("  you trust: " + printable(line)));
    System.exit(result.exit);
  }

  private final List<String> given;
  private final List<String> checked = new ArrayList<>();
  private final List<String> trust = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private final Set<String> meanings = new LinkedHashSet<>();
  private TreeMap<String, byte[]> files = new TreeMap<>();

  private VerifyEvidence(List<String> given) {
    this.given = given;
  }

  static Result check(byte[] file, List<String> keys) {
    if (file.length < 22 || file.length > MOST_BYTES || u32(file, 0) != 0x04034b50L) {
      return new Result(3, List.of(), List.of(), List.of(new Finding(Kind.INCOMPLETE, "not a bundle: it does not begin as one")));
    }
    VerifyEvidence it = new VerifyEvidence(keys);
    try {
      keys.stream().filter(text -> !text.contains(" ")).forEach(Key::parse);
    } catch (Bad bad) {
      return new Result(3, List.of(), List.of(), List.of(new Finding(Kind.UNVERIFIABLE, bad.getMessage())));
    }
    try {
      it.files = unzipped(file);
      it.all();
    } catch (Bad bad) {
      it.found(Kind.TAMPERED, bad.getMessage());
    } catch (RuntimeException unreadable) {
      it.found(Kind.TAMPERED, "something in it cannot be read: " + unreadable);
    }
    boolean broken = it.findings.stream().anyMatch(one -> one.kind != Kind.UNVERIFIABLE);
    return new Result(broken ? 2 : it.findings.isEmpty() ? 0 : 1, broken ? List.of() : it.checked, broken ? List.of() : it.trust, it.findings);
  }

  private void found(Kind kind, String what) {
    findings.add(new Finding(kind, what));
  }

  // ---- the container: a zip in one canonical form, nothing compressed, so each of its bytes is checked ----

  static TreeMap<String, byte[]> unzipped(byte[] zip) {
    TreeMap<String, byte[]> files = new TreeMap<>();
    int at = 0;
    while (at + 30 <= zip.length && u32(zip, at) == 0x04034b50L) {
      long size = u32(zip, at + 22);
      int name = at + 30;
      int data = name + (int) (u32(zip, at + 26) & 0xffff);
      if (data > zip.length || size > zip.length - data) throw new Bad("an entry ends behind the file");
      String text = new String(zip, name, data - name, StandardCharsets.ISO_8859_1);
      if (!NAME.matcher(text).matches()) throw new Bad("an entry has a name no bundle has: " + text);
      if (files.put(text, Arrays.copyOfRange(zip, data, data + (int) size)) != null) throw new Bad(text + " is in it twice");
      if (files.size() > MOST_FILES) throw new Bad("more than " + MOST_FILES + " entries");
      at = data + (int) size;
    }
    if (!Arrays.equals(zip, zipped(files))) throw new Bad("it is not in the one form bundles have: changed, or packed again");
    return files;
  }

  static byte[] zipped(TreeMap<String, byte[]> files) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream directory = new ByteArrayOutputStream();
    files.forEach((name, data) -> {
      CRC32 crc = new CRC32();
      crc.update(data);
      ByteBuffer common = little(26).putShort((short) 10).putInt(0).putShort((short) 0).putShort((short) 0x21);
      common.putInt((int) crc.getValue()).putInt(data.length).putInt(data.length).putShort((short) name.length()).putShort((short) 0);
      directory.writeBytes(little(6).putInt(0x02014b50).putShort((short) 10).array());
      directory.writeBytes(common.array());
      directory.writeBytes(little(14).putInt(10, out.size()).array());
      directory.writeBytes(name.getBytes(StandardCharsets.ISO_8859_1));
      out.writeBytes(little(4).putInt(0x04034b50).array());
      out.writeBytes(common.array());
      out.writeBytes(name.getBytes(StandardCharsets.ISO_8859_1));
      out.writeBytes(data);
    });
    ByteBuffer end = little(22).putInt(0x06054b50).putInt(0).putShort((short) files.size()).putShort((short) files.size());
    end.putInt(directory.size()).putInt(out.size());
    out.writeBytes(directory.toByteArray());
    out.writeBytes(end.array());
    return out.toByteArray();
  }

  static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  static long u32(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at) & 0xffffffffL;
  }

  // ---- all of it ----

  private void all() {
    text("MANIFEST");
    Note manifest = Note.parse(text("MANIFEST.note"));
    List<String> lines = manifest.text.lines().toList();
    if (lines.size() != 3 || !lines.get(0).equals("metaops evidence bundle v1") || !lines.get(1).startsWith("log ")) throw new Bad("not a bundle of a version known here");
    if (!lines.get(2).equals("manifest " + HEX.formatHex(sha256(files.get("MANIFEST"))))) throw new Bad("the manifest is not the one that was signed");
    manifest();
    if (!findings.isEmpty()) return;
    String origin = lines.get(1).substring(4);
    Set<Key> own = new LinkedHashSet<>();
    text("keys/checkpoints.txt").lines().forEach(line -> own.add(Key.parse(line)));
    Checkpoint newest = checkpoints(manifest, origin, own);
    Map<String, String> plans = plans();
    Map<String, Set<String>> words = words(plans);
    Map<String, String> claims = claims();
    records(newest, plans, words, claims);
  }

  private void manifest() {
    StringBuilder expected = new StringBuilder();
    Set<String> listed = new TreeSet<>(text("MANIFEST").lines().toList());
    files.forEach((name, data) -> {
      if (name.equals("MANIFEST") || name.equals("MANIFEST.note")) return;
      String line = HEX.formatHex(sha256(data)) + " " + data.length + " " + name;
      expected.append(line).append('\n');
      if (!listed.contains(line)) found(Kind.TAMPERED, name + " is not what the manifest says it is, or not in it");
    });
    for (String line : listed) {
      String name = line.substring(line.lastIndexOf(' ') + 1);
      if (!files.containsKey(name)) found(Kind.INCOMPLETE, name + " is in the manifest and missing");
    }
    if (findings.isEmpty() && !expected.toString().equals(text("MANIFEST"))) found(Kind.TAMPERED, "the manifest is not written as manifests are");
    checked.add(files.size() - 2 + " files have the sizes and SHA-256 of the manifest, and there is no other byte");
  }

  private Checkpoint checkpoints(Note manifest, String origin, Set<Key> own) {
    Set<Key> believed = new LinkedHashSet<>();
    given.stream().filter(text -> !text.contains(" ")).map(Key::parse).filter(key -> key.name.equals(origin)).forEach(believed::add);
    Set<Key> chained = new LinkedHashSet<>(own);
    Checkpoint newest = null;
    boolean isBelieved = false;
    for (String name : under("checkpoints/")) {
      Note note = Note.parse(text(name));
      newest = Checkpoint.parse(note);
      if (!newest.origin.equals(origin)) throw new Bad(name + " is of another log");
      Key by = note.signer(chained);
      if (by == null) throw new Bad(name + " is not signed by a key of the bundle");
      isBelieved = note.signer(believed) != null;
      if (newest.next != null) {
        if (note.signer(Set.of(newest.next)) == null) throw new Bad(name + ": the next key did not sign it");
        chained.remove(by);
        if (isBelieved) believed = new LinkedHashSet<>(Set.of(newest.next));
      }
    }
    if (newest == null) throw new Bad("there is no checkpoint in it");
    Key by = manifest.signer(chained);
    if (by == null) throw new Bad("the manifest is not signed by the log's key");
    isBelieved &= manifest.signer(believed) != null;
    if (!isBelieved) found(Kind.UNVERIFIABLE, "it is signed by " + by.text + ", which nobody vouched for: compare it with what metaops audit key prints, and give it");
    checked.add("the manifest and the checkpoint of " + newest.at + " over " + newest.size + " records are signed by " + by.text);
    trust.add((isBelieved ? "" : "NOT YET: ") + "the key of checkpoints " + by.text + " (whoever has it can make a bundle that says anything)");
    return newest;
  }

  /** Texts of plans by their digests. */
  private Map<String, String> plans() {
    Map<String, String> plans = new TreeMap<>();
    for (String name : under("plans/")) plans.put(HEX.formatHex(sha256(files.get(name))), text(name));
    return plans;
  }

  /** Who signed what about a plan while their keys counted, by its digest and the decision. */
  private Map<String, Set<String>> words(Map<String, String> plans) {
    Map<String, Set<String>> persons = new TreeMap<>();
    Map<String, String[]> keys = new TreeMap<>();
    text("keys/people.txt").lines().forEach(line -> {
      String[] parts = line.split(" ", -1);
      if (parts.length != 5) throw new Bad("keys/people.txt: a line that is no key");
      keys.put(parts[0] + " " + parts[1], parts);
    });
    Set<String> shown = new LinkedHashSet<>();
    List<String> vouched = given.stream().filter(text -> text.contains(" ")).toList();
    int count = 0;
    for (String name : under("words/")) {
      if (name.endsWith(".sig")) {
        if (!files.containsKey(name.replace(".sig", ".txt"))) throw new Bad(name + " belongs to nothing");
        continue;
      }
      String text = text(name);
      Map<String, String> word = new TreeMap<>();
      text.lines().skip(1).forEach(line -> word.put(line.split(": ", 2)[0], line.substring(line.indexOf(": ") + 2)));
      String who = word.getOrDefault("person", "");
      String digest = word.getOrDefault("plan", "").replaceFirst("^0x", "");
      if (!text.startsWith("metaops plan decision v1\n") || !plans.containsKey(digest)) {
        found(Kind.TAMPERED, name + " is signed over a plan that is not in the bundle");
        continue;
      }
      String[] key = keys.get(who + " " + word.get("key"));
      if (key == null) {
        found(Kind.UNVERIFIABLE, name + ": the key of " + who + " is not known any more");
        continue;
      }
      byte[] encoded = Base64.getDecoder().decode(key[2]);
      boolean isIts = HEX.formatHex(sha256(encoded), 0, 6).equals(key[1]);
      if (!isIts || !signed(encoded, text, Base64.getDecoder().decode(text(name.replace(".txt", ".sig")).strip()))) {
        found(Kind.TAMPERED, name + " is not signed by " + who);
        continue;
      }
      if (!vouched.isEmpty() && !vouched.contains(who + " " + key[2])) {
        found(Kind.UNVERIFIABLE, name + ": nobody vouched for the key " + key[1] + " of " + who);
      }
      count++;
      Instant at = Instant.parse(word.getOrDefault("at", ""));
      boolean holds = !at.isBefore(Instant.parse(key[3])) && (key[4].equals("-") || at.isBefore(Instant.parse(key[4])));
      if (holds) persons.computeIfAbsent(digest + " " + word.get("decision"), none -> new TreeSet<>()).add(who);
      shown.add("the key " + key[1] + " of " + who + (vouched.isEmpty() ? ", for which the bundle's own manifest vouches" : ""));
    }
    trust.addAll(shown);
    checked.add(count == 0 ? "no person signed a plan in it" : count + " signatures of people are their keys' over the exact text of a plan");
    return persons;
  }

  /** What is proved of events, by block hash and log index: the contract. */
  private Map<String, String> claims() {
    Map<String, String> claims = new TreeMap<>();
    Set<String> blocks = new LinkedHashSet<>();
    int proved = 0;
    for (String name : under("proofs/")) {
      for (Object claim : (List<?>) member(json(text(name)), "proofs")) {
        String hash = (String) member(claim, "block_hash");
        long log = (Long) member(claim, "log");
        String where = "log " + log + " of block " + member(claim, "block");
        claims.put(hash.substring(2) + ":" + log, ((String) member(claim, "contract")).substring(2));
        if (((Map<?, ?>) claim).get("proof") == null) {
          found(Kind.UNVERIFIABLE, where + ": a node said so, and no more");
          continue;
        }
        try {
          long place = log - (Long) member(claim, "first_log");
          prove(HEX.parseHex(((String) member(claim, "proof")).substring(2)), (Long) member(claim, "block"), hash, place, (String) member(claim, "contract"));
          proved++;
          blocks.add("block " + member(claim, "block") + " is " + hash + " on chain " + member(json(text(name)), "chain"));
        } catch (Bad bad) {
          found(Kind.TAMPERED, name + ", " + where + ": " + bad.getMessage());
        }
      }
    }
    checked.add(proved + " events are in receipts under the receipts root of a header whose keccak-256 is the hash of their block");
    blocks.forEach(block -> trust.add(block + ": compare it with a block explorer"));
    return claims;
  }

  private void records(Checkpoint newest, Map<String, String> plans, Map<String, Set<String>> words, Map<String, String> claims) {
    int count = 0;
    String note = text(under("checkpoints/").get(under("checkpoints/").size() - 1));
    for (String name : under("records/")) {
      if (name.endsWith(".tlog-proof")) {
        if (!files.containsKey(name.replace(".tlog-proof", ".json"))) throw new Bad(name + " belongs to nothing");
        continue;
      }
      count++;
      String proof = text(name.replace(".json", ".tlog-proof"));
      int blank = proof.indexOf("\n\n");
      List<String> lines = blank < 0 ? List.of() : proof.substring(0, blank).lines().toList();
      if (lines.size() < 2 || !lines.get(0).equals("c2sp.org/tlog-proof@v1") || !lines.get(1).matches("index [0-9]{1,18}")) throw new Bad(name + " has no proof");
      if (!proof.substring(blank + 2).equals(note)) throw new Bad(name + " is proved under another checkpoint");
      byte[] hash = sha256(new byte[] {0}, files.get(name));
      if (!included(newest, Long.parseLong(lines.get(1).substring(6)), hash, lines.subList(2, lines.size()))) {
        found(Kind.TAMPERED, name + " is not in the log at that place");
      }
      Object entry = json(text(name));
      if ("plan".equals(member(entry, "kind"))) planned(name, member(entry, "body"), (String) member(entry, "order"), plans, words, claims);
    }
    trust.addAll(meanings);
    checked.add(count + " records are in the log under that checkpoint");
  }

  /** A record of a plan: its text, the order's part in it, who stands behind it, and what it rests on. */
  private void planned(String name, Object body, String order, Map<String, String> plans, Map<String, Set<String>> words, Map<String, String> claims) {
    String digest = (String) member(body, "digest");
    String text = plans.get(digest);
    if (text == null) {
      found(Kind.INCOMPLETE, name + ": the text of its plan is missing");
      return;
    }
    Object plan = json(text);
    if (List.of("MONEY", "KEYS").contains(member(plan, "class"))) backed(name, body, (String) member(plan, "actor"), digest, words);
    boolean isMoved = false;
    for (Object target : (List<?>) member(plan, "targets")) {
      isMoved |= order.equals(member(target, "order"))
          && member(member(body, "before"), "state").equals(member(target, "from"))
          && member(member(body, "after"), "state").equals(member(target, "to"));
    }
    if (!isMoved) found(Kind.TAMPERED, name + ": it says another thing than its plan");
    for (Object event : (List<?>) member(body, "evidence")) {
      String contract = claims.get(member(event, "hash") + ":" + member(event, "index"));
      if (contract == null) {
        found(Kind.INCOMPLETE, name + ": there is no proof of log " + member(event, "index") + " of block " + member(event, "number"));
      } else if (!contract.equals(member(event, "contract"))) {
        found(Kind.TAMPERED, name + ": what is proved is of another contract");
      } else {
        meanings.add("log " + member(event, "index") + " of block " + member(event, "number") + " is the " + member(event, "kind") + " of order " + order + ": compare its topics in the receipts");
      }
    }
  }

  /** On whose signed word a plan that takes two people was applied. */
  private void backed(String name, Object body, String actor, String digest, Map<String, Set<String>> words) {
    Object footing = ((Map<?, ?>) body).get("standing") instanceof Map<?, ?> standing ? standing.get("footing") : null;
    if ("BREAK_GLASS".equals(footing)) {
      Set<String> who = words.getOrDefault(digest + " break_glass", Set.of());
      if (who.isEmpty()) found(Kind.INCOMPLETE, name + ": nobody signed that they break glass for it");
      else trust.add(name + ": footing BREAK_GLASS, the word of " + String.join(", ", who) + " alone: ask whether it was an emergency, and who looked at it afterwards");
    } else if ("SOLO".equals(footing)) {
      if (!words.getOrDefault(digest + " propose", Set.of()).contains(actor)) found(Kind.INCOMPLETE, name + ": whoever planned it and applied it alone did not sign it");
      else trust.add(name + ": footing SOLO, the word of " + actor + " alone: only the record says that nobody else could approve");
    } else {
      Set<String> who = new TreeSet<>(words.getOrDefault(digest + " approve", Set.of()));
      who.remove(actor);
      if (who.isEmpty()) found(Kind.INCOMPLETE, name + ": nobody but who planned it approved it");
      else trust.add(name + ": footing PEOPLE, approved by " + String.join(", ", who) + ": only the record says who was an approver then");
    }
  }

  private List<String> under(String folder) {
    return files.keySet().stream().filter(name -> name.startsWith(folder)).toList();
  }

  private String text(String name) {
    byte[] data = files.get(name);
    if (data == null) throw new Bad(name + " is missing");
    return new String(data, StandardCharsets.UTF_8);
  }

  // ---- signed notes, keys, checkpoints: C2SP ----

  record Key(String name, String id, byte[] raw, String text) {
    static Key parse(String text) {
      Matcher parts = KEY.matcher(text);
      byte[] typed = parts.matches() ? decoded(parts.group(3)) : new byte[0];
      if (typed.length != 33 || typed[0] != 1) throw new Bad("not a key of checkpoints: " + text);
      String id = HEX.formatHex(sha256((parts.group(1) + "\n").getBytes(StandardCharsets.UTF_8), typed), 0, 4);
      if (!id.equals(parts.group(2))) throw new Bad("a key whose id is not its own: " + text);
      return new Key(parts.group(1), id, Arrays.copyOfRange(typed, 1, 33), text);
    }

    @Override public boolean equals(Object other) { return other instanceof Key that && text.equals(that.text); }
    @Override public int hashCode() { return text.hashCode(); }
  }

  record Note(String text, List<String[]> signatures) {
    static Note parse(String note) {
      int blank = note.lastIndexOf("\n\n");
      if (note.length() > MOST_NOTE || blank < 0 || !note.endsWith("\n")) throw new Bad("not a signed note");
      List<String[]> signatures = new ArrayList<>();
      for (String line : note.substring(blank + 2).lines().toList()) {
        Matcher parts = SIGNATURE.matcher(line);
        if (!parts.matches()) throw new Bad("not a signed note");
        signatures.add(new String[] {parts.group(1), parts.group(2)});
      }
      return new Note(note.substring(0, blank + 1), signatures);
    }

    /** Which of the keys signed it; null when none did. */
    Key signer(Set<Key> keys) {
      for (String[] line : signatures) {
        byte[] bytes = decoded(line[1]);
        for (Key key : keys) {
          if (!key.name.equals(line[0]) || bytes.length != 68 || !HEX.formatHex(bytes, 0, 4).equals(key.id)) continue;
          if (!signed(join(HEX.parseHex("302a300506032b6570032100"), key.raw), text, Arrays.copyOfRange(bytes, 4, 68))) {
            throw new Bad("a note bears the name of " + key.text + ", which did not sign it");
          }
          return key;
        }
      }
      return null;
    }
  }

  record Checkpoint(String origin, long size, byte[] root, String at, Key next) {
    static Checkpoint parse(Note note) {
      List<String> lines = note.text.lines().toList();
      Matcher chain = CHAIN.matcher(lines.size() < 4 ? "" : lines.get(3));
      if (!chain.matches() || !lines.get(1).matches("0|[1-9][0-9]{0,17}") || decoded(lines.get(2)).length != 32) throw new Bad("not a checkpoint");
      Key next = lines.stream().skip(4).filter(line -> line.startsWith("next-key ")).map(line -> Key.parse(line.substring(9))).findFirst().orElse(null);
      return new Checkpoint(lines.get(0), Long.parseLong(lines.get(1)), decoded(lines.get(2)), chain.group(1), next);
    }
  }

  static boolean signed(byte[] x509, String text, byte[] signature) {
    try {
      Signature ed25519 = Signature.getInstance("Ed25519");
      ed25519.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509)));
      ed25519.update(text.getBytes(StandardCharsets.UTF_8));
      return ed25519.verify(signature);
    } catch (GeneralSecurityException no) {
      return false;
    }
  }

  /** RFC 9162 §2.1.3.2. */
  static boolean included(Checkpoint log, long index, byte[] leaf, List<String> path) {
    if (index >= log.size) return false;
    long place = index;
    long last = log.size - 1;
    byte[] hash = leaf;
    for (String line : path) {
      byte[] sibling = decoded(line);
      if (last == 0) return false;
      if ((place & 1) == 1 || place == last) {
        hash = sha256(new byte[] {1}, sibling, hash);
        while ((place & 1) == 0 && place != 0) {
          place >>= 1;
          last >>= 1;
        }
      } else {
        hash = sha256(new byte[] {1}, hash, sibling);
      }
      place >>= 1;
      last >>= 1;
    }
    return last == 0 && Arrays.equals(hash, log.root);
  }

  // ---- the chain: header, receipts trie, receipt ----

  /** From a header's bytes down the trie of receipts to one log; whatever does not fit is Bad. */
  static void prove(byte[] proof, long block, String hash, long place, String contract) {
    List<Item> parts = Item.whole(proof).items(4, 4);
    if (parts.get(0).number().longValue() != 1) throw new Bad("a proof of another version");
    byte[] header = parts.get(1).bytes();
    List<Item> fields = Item.whole(header).items(15, 64);
    if (!("0x" + HEX.formatHex(keccak(header))).equals(hash)) throw new Bad("the header's hash is not the block's");
    if (!fields.get(8).number().equals(BigInteger.valueOf(block))) throw new Bad("the header is of another block");
    List<Item> nodes = parts.get(3).items(1, 12);
    byte[] receipt = down(fields.get(5).bytes(), nodes, key(parts.get(2).number().intValueExact()));
    byte[] rlp = receipt.length > 0 && receipt[0] > 0 ? Arrays.copyOfRange(receipt, 1, receipt.length) : receipt;
    List<Item> logs = Item.whole(rlp).items(4, 8).get(3).items(0, Integer.MAX_VALUE);
    if (place < 0 || place >= logs.size()) throw new Bad("the transaction has " + logs.size() + " logs");
    if (!("0x" + HEX.formatHex(logs.get((int) place).items(3, 3).get(0).bytes())).equals(contract)) throw new Bad("the log is of another contract");
  }

  static byte[] down(byte[] root, List<Item> nodes, byte[] key) {
    int next = 0;
    int used = 0;
    byte[] wanted = root;
    Item node = null;
    while (true) {
      if (node == null) {
        if (next == nodes.size()) throw new Bad("a node is missing");
        byte[] bytes = nodes.get(next++).bytes();
        if (!Arrays.equals(keccak(bytes), wanted)) throw new Bad("a node does not have the hash its parent names");
        node = Item.whole(bytes);
        if (next > 1 && bytes.length < 32) throw new Bad("a node hashed that should be held whole");
      }
      List<Item> items = node.items(2, 17);
      Item below;
      if (items.size() == 17) {
        if (used == key.length) throw new Bad("the path ends in a branch");
        below = items.get(key[used++]);
      } else if (items.size() == 2) {
        String path = HEX.formatHex(items.get(0).bytes());
        int flag = path.isEmpty() ? 9 : path.charAt(0) - '0';
        if (flag > 3 || flag < 0 || (flag % 2 == 0 && path.charAt(1) != '0')) throw new Bad("a path that is not packed as a path");
        String rest = path.substring(flag % 2 == 1 ? 1 : 2);
        for (char half : rest.toCharArray()) {
          if (used == key.length || key[used++] != Character.digit(half, 16)) throw new Bad("the path leads to another transaction");
        }
        if (flag >= 2) {
          if (used != key.length || next != nodes.size()) throw new Bad("the path ends elsewhere");
          return items.get(1).bytes();
        }
        if (rest.isEmpty()) throw new Bad("an extension without a path");
        below = items.get(1);
      } else {
        throw new Bad("a node of " + items.size() + " items");
      }
      if (below.list && below.end - below.from >= 32) throw new Bad("a node held whole that should be hashed");
      if (!below.list && below.bytes().length != 32) throw new Bad("the trie has no such transaction");
      node = below.list ? below : null;
      wanted = below.list ? wanted : below.bytes();
    }
  }

  /** The RLP of a transaction's place, in half bytes. */
  static byte[] key(int index) {
    byte[] big = BigInteger.valueOf(index).toByteArray();
    byte[] bytes = big.length > 1 && big[0] == 0 ? Arrays.copyOfRange(big, 1, big.length) : big;
    String hex = index == 0 ? "80" : index < 0x80 ? HEX.formatHex(bytes) : HEX.toHexDigits((byte) (0x80 + bytes.length)) + HEX.formatHex(bytes);
    byte[] half = new byte[hex.length()];
    for (int at = 0; at < half.length; at++) half[at] = (byte) Character.digit(hex.charAt(at), 16);
    return half;
  }

  /** One item of RLP in its one canonical spelling. */
  record Item(byte[] all, int from, int start, int end, boolean list) {
    static Item whole(byte[] bytes) {
      Item item = at(bytes, 0, bytes.length);
      if (item.end != bytes.length) throw new Bad("bytes behind the end");
      return item;
    }

    static Item at(byte[] all, int from, int limit) {
      if (from >= limit) throw new Bad("an item is missing");
      int first = all[from] & 0xff;
      if (first < 0x80) return new Item(all, from, from, from + 1, false);
      boolean list = first >= 0xc0;
      long length = first - (list ? 0xc0 : 0x80);
      int start = from + 1;
      if (length > 55) {
        int digits = (int) length - 55;
        if (digits > limit - start || all[start] == 0) throw new Bad("a length that is none");
        length = new BigInteger(1, Arrays.copyOfRange(all, start, start + digits)).min(BigInteger.valueOf(Integer.MAX_VALUE)).longValue();
        start += digits;
        if (length <= 55) throw new Bad("a length spelled longer than needed");
      }
      if (length > limit - start) throw new Bad("an item that ends behind the bytes");
      if (!list && length == 1 && all[start] >= 0) throw new Bad("one byte spelled as two");
      return new Item(all, from, start, start + (int) length, list);
    }

    byte[] bytes() {
      if (list) throw new Bad("a list where bytes are expected");
      return Arrays.copyOfRange(all, start, end);
    }

    BigInteger number() {
      if (bytes().length > 8 || (start < end && all[start] == 0)) throw new Bad("not a number");
      return new BigInteger(1, bytes());
    }

    List<Item> items(int least, int most) {
      if (!list) throw new Bad("bytes where a list is expected");
      List<Item> items = new ArrayList<>();
      for (int at = start; at < end; at = items.get(items.size() - 1).end) items.add(at(all, at, end));
      if (items.size() < least || items.size() > most) throw new Bad("a list of " + items.size() + " items");
      return items;
    }
  }

  /** Keccak-256 as Ethereum uses it: the padding of before SHA-3. */
  static byte[] keccak(byte[] input) {
    byte[] padded = Arrays.copyOf(input, (input.length / 136 + 1) * 136);
    padded[input.length] = 1;
    padded[padded.length - 1] |= (byte) 0x80;
    ByteBuffer words = ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN);
    long[] a = new long[25];
    while (words.hasRemaining()) {
      for (int at = 0; at < 17; at++) a[at] ^= words.getLong();
      permute(a);
    }
    return little(32).putLong(a[0]).putLong(a[1]).putLong(a[2]).putLong(a[3]).array();
  }

  static void permute(long[] a) {
    int lfsr = 1;
    for (int round = 0; round < 24; round++) {
      long[] c = new long[5];
      for (int at = 0; at < 25; at++) c[at % 5] ^= a[at];
      for (int at = 0; at < 25; at++) a[at] ^= c[(at + 4) % 5] ^ Long.rotateLeft(c[(at + 1) % 5], 1);
      int x = 1;
      int y = 0;
      long moving = a[1];
      for (int step = 1; step <= 24; step++) {
        int below = (2 * x + 3 * y) % 5;
        x = y;
        y = below;
        long held = a[x + 5 * y];
        a[x + 5 * y] = Long.rotateLeft(moving, step * (step + 1) / 2);
        moving = held;
      }
      long[] b = a.clone();
      for (int at = 0; at < 25; at++) a[at] = b[at] ^ (~b[at / 5 * 5 + (at + 1) % 5] & b[at / 5 * 5 + (at + 2) % 5]);
      for (int bit = 0; bit < 7; bit++) {
        if ((lfsr & 1) == 1) a[0] ^= 1L << ((1 << bit) - 1);
        lfsr = (lfsr & 0x80) == 0 ? lfsr << 1 : (lfsr << 1 ^ 0x71) & 0xff;
      }
    }
  }

  // ---- small things ----

  static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) digest.update(part);
      return digest.digest();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] join(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new Bad("not base64");
    }
  }

  static String printable(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029]", "?");
  }

  static Object member(Object object, String name) {
    Object value = object instanceof Map<?, ?> map ? map.get(name) : null;
    if (value == null) throw new Bad("a " + name + " is missing");
    return value;
  }

  static Object json(String text) {
    return new Json(text).whole();
  }

  /** JSON as maps, lists, text, whole numbers (others as text), true and false as text, null. */
  static final class Json {
    private final String text;
    private int at;

    Json(String text) {
      this.text = text;
    }

    Object whole() {
      Object value = value(0);
      if (next() != 0) throw new Bad("not JSON");
      return value;
    }

    /** The next character that is no space, 0 at the end; it is not taken. */
    private char next() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
      return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean takes(char sign) {
      if (next() != sign) return false;
      at++;
      return true;
    }

    private Object value(int depth) {
      if (depth > 100) throw new Bad("JSON too deep");
      if (next() == '"') return string();
      if (takes('{')) {
        Map<String, Object> map = new LinkedHashMap<>();
        while (!takes('}')) {
          if (!map.isEmpty() && !takes(',')) throw new Bad("not JSON");
          String name = string();
          if (!takes(':') || map.containsKey(name)) throw new Bad("not JSON, or a member said twice");
          map.put(name, value(depth + 1));
        }
        return map;
      }
      if (takes('[')) {
        List<Object> list = new ArrayList<>();
        while (!takes(']')) {
          if (!list.isEmpty() && !takes(',')) throw new Bad("not JSON");
          list.add(value(depth + 1));
        }
        return list;
      }
      int from = at;
      while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) at++;
      String word = text.substring(from, at);
      if (word.isEmpty()) throw new Bad("not JSON");
      return word.matches("-?[0-9]{1,18}") ? Long.valueOf(word) : word.equals("null") ? null : word;
    }

    private String string() {
      if (!takes('"')) throw new Bad("not JSON");
      StringBuilder out = new StringBuilder();
      while (at < text.length() && text.charAt(at) != '"') {
        char next = text.charAt(at++);
        if (next == '\\') {
          next = text.charAt(at++);
          int escape = "bfnrt".indexOf(next);
          if (next == 'u') next = (char) Integer.parseInt(text.substring(at, at += 4), 16);
          else if (escape >= 0) next = "\b\f\n\r\t".charAt(escape);
        }
        out.append(next);
      }
      at++;
      return out.toString();
    }
  }
}
