package dev.metaops.evidence;

/** How the files of a bundle are called. */
final class Names {
  static final String MANIFEST = "MANIFEST";
  static final String MANIFEST_NOTE = "MANIFEST.note";
  static final String README = "README.txt";
  static final String VERIFIER = "VerifyEvidence.java";
  static final String CHECKPOINT_KEYS = "keys/checkpoints.txt";
  static final String PEOPLE_KEYS = "keys/people.txt";
  static final String CHECKPOINTS = "checkpoints/";
  static final String PLANS = "plans/";
  static final String WORDS = "words/";
  static final String RECORDS = "records/";
  static final String PROOFS = "proofs/";

  /** The first line of what is signed of a bundle. */
  static final String HEADING = "metaops evidence bundle v1";

  private Names() {}

  /** No manifest lists itself or its signature; it lists every other file. */
  static boolean isOfManifest(String name) {
    return name.equals(MANIFEST) || name.equals(MANIFEST_NOTE);
  }
}
