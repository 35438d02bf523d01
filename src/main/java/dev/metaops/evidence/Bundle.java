package dev.metaops.evidence;

import dev.metaops.audit.SignedNote;
import dev.metaops.chain.Hash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of a bundle, before its manifest is signed. The same dossier gives the same bytes. Not
 * thread-safe.
 */
public final class Bundle {
  private final SortedMap<String, byte[]> files = new TreeMap<>();
  private final String origin;

  /**
   * @param origin the log's name
   */
  Bundle(String origin) {
    this.origin = origin;
  }

  void put(String name, String text) {
    put(name, text.getBytes(StandardCharsets.UTF_8));
  }

  void put(String name, byte[] content) {
    if (!Container.isName(name)) {
      throw new IllegalArgumentException("no name for a file of a bundle: " + name);
    }
    files.put(name, content.clone());
  }

  /** How much it holds so far. */
  public long bytes() {
    return files.values().stream().mapToLong(content -> content.length).sum();
  }

  /** Too large to be read again. */
  public boolean isTooLarge() {
    return files.size() > Container.MOST_FILES - 2 || bytes() > Container.MOST_BYTES / 2;
  }

  /** What has to be signed with the log's key. */
  public String toSign() {
    return Names.HEADING
        + "\nlog "
        + origin
        + "\nmanifest "
        + Hash.sha256(manifest(files)).digits()
        + "\n";
  }

  /** The file itself. */
  public byte[] signed(SignedNote note) {
    var whole = new TreeMap<>(files);
    whole.put(Names.MANIFEST, manifest(files).getBytes(StandardCharsets.UTF_8));
    whole.put(Names.MANIFEST_NOTE, note.encoded().getBytes(StandardCharsets.UTF_8));
    return Container.of(whole);
  }

  static String manifest(SortedMap<String, byte[]> files) {
    var manifest = new StringBuilder();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      if (!Names.isOfManifest(file.getKey())) {
        manifest.append(line(file.getKey(), file.getValue())).append('\n');
      }
    }
    return manifest.toString();
  }

  static String line(String name, byte[] content) {
    return Hash.sha256(content).digits() + " " + content.length + " " + name;
  }

  /** The verifier in one file that lies in each bundle. */
  public static String verifier() {
    try (InputStream source = Bundle.class.getResourceAsStream("/evidence/" + Names.VERIFIER)) {
      if (source == null) {
        throw new IllegalStateException(Names.VERIFIER + " is not in this build");
      }
      return new String(source.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(Names.VERIFIER + " cannot be read", e);
    }
  }
}
