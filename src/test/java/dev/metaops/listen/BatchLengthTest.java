package dev.metaops.listen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchLengthTest {
  @Test
  void growsUntilTheLongestAndIsHalvedByEachFailure() {
    BatchLength length = new BatchLength(400);
    assertThat(length.now()).isEqualTo(50);
    assertThat(length.next()).isEqualTo(100);
    length.written();
    length.written();
    length.written();
    length.written();
    assertThat(length.now()).isEqualTo(400);
    length.failed();
    assertThat(length.now()).isEqualTo(200);
    for (int failure = 0; failure < 20; failure++) {
      length.failed();
    }
    assertThat(length.now()).isEqualTo(1);
  }

  @Test
  void neverIsLongerThanItMayBe() {
    assertThat(new BatchLength(1).now()).isEqualTo(1);
    assertThat(new BatchLength(1).next()).isEqualTo(1);
  }

  @Test
  void isShortWhereEventsAreDenseAndLongAgainWhereTheyAreNot() {
    BatchLength length = new BatchLength(400);
    length.written();
    length.written();
    length.read(200, 20_000);
    assertThat(length.next()).isEqualTo(100);
    length.written();
    assertThat(length.now()).isEqualTo(100);
    length.read(1, 1_000_000);
    assertThat(length.next()).isEqualTo(1);
    length.read(100, 0);
    length.written();
    length.written();
    assertThat(length.next()).isEqualTo(400);
  }
}
