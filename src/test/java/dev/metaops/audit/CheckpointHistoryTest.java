package dev.metaops.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CheckpointHistoryTest {
  private static final String LOG = "metaops.audit/1";
  private static final SigningKey OLD = SigningKey.generate(LOG);
  private static final SigningKey NEW = SigningKey.generate(LOG);
  private static final Instant AT = Instant.parse("2026-11-01T00:00:00.123Z");

  @Test
  void aCheckpointIsReadAsItWasWritten() {
    Checkpoint checkpoint = checkpoint(7, Optional.of(NEW.verifier()));
    assertThat(Checkpoint.parse(checkpoint.text())).contains(checkpoint);
    assertThat(checkpoint.text())
        .startsWith(LOG + "\n7\n" + checkpoint.root().base64() + "\nchain ")
        .contains(" epoch 3 at 2026-11-01T00:00:00.123Z\nnext-key " + LOG + "+");
    assertThat(Checkpoint.parse(checkpoint.text().replace("\n7\n", "\n07\n"))).isEmpty();
    assertThat(Checkpoint.parse(checkpoint.text().replace("\n7\n", "\n-7\n"))).isEmpty();
    assertThat(Checkpoint.parse("a\n1\n")).isEmpty();
  }

  @Test
  void theNextKeyIsBelievedOnceTheOneBeforeNamedItAndTheOldOneNoMore() {
    String boundary =
        SignedNote.sign(checkpoint(2, Optional.of(NEW.verifier())).text(), OLD, NEW).encoded();
    CheckpointHistory history =
        judged(note(1, OLD), boundary, note(3, NEW), note(4, OLD), note(5, NEW));
    assertThat(sizes(history)).containsExactly(1L, 2L, 3L, 5L);
    assertThat(history.found())
        .singleElement()
        .returns(Damage.FORGED_CHECKPOINT, Discrepancy::damage)
        .extracting(Discrepancy::sentence)
        .asString()
        .contains("kept checkpoint 4", "was retired before");
  }

  @Test
  void aNextKeyThatDidNotSignItselfIsNotBelieved() {
    String boundary =
        SignedNote.sign(checkpoint(2, Optional.of(NEW.verifier())).text(), OLD).encoded();
    CheckpointHistory history = judged(boundary, note(3, NEW));
    assertThat(history.trusted()).isEmpty();
    assertThat(history.found())
        .extracting(Discrepancy::damage)
        .containsExactly(Damage.FORGED_CHECKPOINT, Damage.UNKNOWN_KEY);
  }

  @Test
  void anUnknownKeyIsUnverifiableAndAForgedSignatureIsTampering() {
    assertThat(judged(note(1, NEW)).found().getFirst().damage().verdict())
        .isEqualTo(Verdict.UNVERIFIABLE);
    assertThat(judged(note(1, OLD).replace("epoch 3", "epoch 4")).found().getFirst().damage())
        .isEqualTo(Damage.FORGED_CHECKPOINT);
    SigningKey ofAnotherLog = SigningKey.generate("metaops.audit/2");
    String foreign =
        SignedNote.sign(checkpoint(1, Optional.empty()).text(), ofAnotherLog).encoded();
    assertThat(
            CheckpointHistory.judged(LOG, List.of(foreign), Set.of(ofAnotherLog.verifier()))
                .trusted())
        .isEmpty();
  }

  @Test
  void aSmallerOneAndAnotherOneOfTheSameSizeAreForks() {
    String another =
        SignedNote.sign(
                new Checkpoint(LOG, 5, AuditChain.START, AuditChain.START, 3, AT, Optional.empty())
                    .text(),
                OLD)
            .encoded();
    CheckpointHistory history = judged(note(5, OLD), note(4, OLD), another, note(5, OLD));
    assertThat(sizes(history)).containsExactly(5L, 5L);
    assertThat(history.found())
        .extracting(Discrepancy::damage)
        .containsExactly(Damage.FORKED_CHECKPOINT, Damage.FORKED_CHECKPOINT);
  }

  @Test
  void whatIsTornOrOfAnotherLogIsUnreadableAndHidesNothingElse() {
    CheckpointHistory history =
        judged(
            "{\"note\":\"metaops.au", note(1, OLD).replace(LOG, "metaops.audit/2"), note(2, OLD));
    assertThat(sizes(history)).containsExactly(2L);
    assertThat(history.found())
        .extracting(Discrepancy::damage)
        .containsOnly(Damage.UNREADABLE_CHECKPOINT)
        .hasSize(2);
  }

  private static CheckpointHistory judged(String... notes) {
    return CheckpointHistory.judged(LOG, List.of(notes), Set.of(OLD.verifier()));
  }

  private static List<Long> sizes(CheckpointHistory history) {
    return history.trusted().stream().map(Checkpoint::size).toList();
  }

  private static String note(long size, SigningKey key) {
    return SignedNote.sign(checkpoint(size, Optional.empty()).text(), key).encoded();
  }

  private static Checkpoint checkpoint(long size, Optional<VerifierKey> next) {
    return new Checkpoint(LOG, size, MerkleTree.EMPTY, AuditChain.START, 3, AT, next);
  }
}
