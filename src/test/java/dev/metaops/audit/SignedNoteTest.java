package dev.metaops.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedNoteTest {
  /** The example of Go's note package, from which the format comes. */
  private static final String PUBLIC =
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

  private static final String PRIVATE =
      "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
  private static final String NOTE =
      """
      If you think cryptography is the answer to your problem,
      then you don't know what your problem is.

      — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
      """;

  private static final VerifierKey PETER = VerifierKey.parse(PUBLIC);

  @Test
  void aNoteOfAnotherProgramIsReadAndChecked() {
    SignedNote note = SignedNote.parse(NOTE).orElseThrow();
    assertThat(note.check(Set.of(PETER))).isEqualTo(new SignedNote.Check.Signed(List.of(PETER)));
    assertThat(note.encoded()).isEqualTo(NOTE);
    assertThat(PETER.text()).isEqualTo(PUBLIC);
  }

  @Test
  void whatWeSignIsWhatTheOtherProgramSigned() {
    SigningKey key = SigningKey.parse(PRIVATE + "\n" + PUBLIC + "\n");
    String text = SignedNote.parse(NOTE).orElseThrow().text();
    assertThat(SignedNote.sign(text, key).encoded()).isEqualTo(NOTE);
    assertThat(key.secretText()).isEqualTo(PRIVATE + "\n" + PUBLIC + "\n");
  }

  @Test
  void oneChangedLetterIsAForgeryAndAnotherNameIsUnknown() {
    SignedNote note = SignedNote.parse(NOTE.replace("answer", "Answer")).orElseThrow();
    assertThat(note.check(Set.of(PETER))).isEqualTo(new SignedNote.Check.Forged(PETER));
    SignedNote others = SignedNote.parse(NOTE.replace("PeterNeumann", "Paul")).orElseThrow();
    assertThat(others.check(Set.of(PETER))).isEqualTo(new SignedNote.Check.Unknown());
  }

  @Test
  void aSignatureOfSomebodyUnknownBesideCountsForNothing() {
    SigningKey one = SigningKey.generate("one");
    SigningKey other = SigningKey.generate("other");
    SignedNote note = SignedNote.sign("text\n", one, other);
    assertThat(note.check(Set.of(other.verifier())))
        .isEqualTo(new SignedNote.Check.Signed(List.of(other.verifier())));
    assertThat(note.check(List.of(one.verifier(), other.verifier())))
        .isEqualTo(new SignedNote.Check.Signed(List.of(one.verifier(), other.verifier())));
    assertThat(note.check(Set.of(PETER))).isEqualTo(new SignedNote.Check.Unknown());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "\n\n",
        "text\n",
        "text\n\n",
        "text\n\n— name\n",
        "text\n\n- name AAAAAAA=\n",
        "text\n\n— name AAAA\n",
        "text\n\n— name AAAAAAB=\n",
        "text\n\n— name AAAAAAA=",
        "te\u0007xt\n\n— name AAAAAAA=\n",
        "text\n\n— two names AAAAAAA=\n"
      })
  void whatIsNoNoteIsNone(String text) {
    assertThat(SignedNote.parse(text)).isEmpty();
  }

  @Test
  void aKeyThatIsNotItsOwnIsRefused() {
    assertThatThrownBy(() -> VerifierKey.parse(PUBLIC.replace("c74f20a3", "c74f20a4")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: c74f20a3");
    assertThatThrownBy(() -> VerifierKey.parse("a b+c74f20a3+AR"))
        .isInstanceOf(IllegalArgumentException.class);
    SigningKey other = SigningKey.generate("PeterNeumann");
    assertThatThrownBy(() -> SigningKey.parse(PRIVATE + "\n" + other.verifier().text() + "\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("AYEKFALV");
  }
}
