package dev.metaops.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.plan.Approvals.Flaw;
import dev.metaops.plan.Approvals.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each test is an attack on two people, or what shall work without any. */
class ApprovalsTest {
  private static final String HERE = "production · escrow 0x12 · store 1";
  private static final Instant LONG_AGO = Planned.AT.minus(Duration.ofDays(90));
  private static final Instant NOW = Planned.AT.plus(Duration.ofMinutes(5));

  private final SigningKey kim = SigningKey.generate("kim");
  private final SigningKey kimsOther = SigningKey.generate("kim");
  private final SigningKey lee = SigningKey.generate("lee");
  private final SigningKey leesOther = SigningKey.generate("lee");
  private final SigningKey joe = SigningKey.generate("joe");
  private final FrozenPlan plan = Planned.plan(PlanClass.MONEY, "kim");

  private final List<People.PersonKey> keys =
      new ArrayList<>(List.of(key(kim), key(kimsOther), key(lee), key(leesOther), key(joe)));
  private Set<String> approvers = Set.of("kim", "lee");

  private static People.PersonKey key(SigningKey key) {
    return new People.PersonKey(key.person(), key.publicKey(), LONG_AGO, Optional.empty());
  }

  private static Approval word(FrozenPlan plan, Decision decision, SigningKey key) {
    return word(plan, decision, key, Planned.AT.plusSeconds(60));
  }

  private static Approval word(FrozenPlan plan, Decision decision, SigningKey key, Instant at) {
    return Approval.signed(HERE, plan.digest(), decision, key, at);
  }

  private Approval proposed() {
    return word(plan, Decision.PROPOSE, kim);
  }

  private Result judge(Approval... words) {
    return Approvals.judge(plan, HERE, List.of(words), new People(keys, approvers), NOW);
  }

  /** One more is missing, and these words did not count, each for its reason. */
  private static void isMissing(Result result, Flaw... flaws) {
    assertThat(result)
        .isInstanceOfSatisfying(
            Result.Missing.class, missing -> assertThat(missing.more()).isEqualTo(1));
    assertThat(result.discounted()).extracting(Approvals.Discounted::flaw).containsExactly(flaws);
  }

  private void retire(SigningKey which, Instant until) {
    keys.replaceAll(key ->
        key.key().equals(which.publicKey())
            ? new People.PersonKey(key.person(), key.key(), key.from(), Optional.of(until))
            : key);
  }

  @Test
  void twoPeopleAreEnough() {
    Approval lees = word(plan, Decision.APPROVE, lee);
    assertThat(judge(proposed(), lees))
        .isEqualTo(new Result.Enough(Approvals.Footing.PEOPLE, List.of(lees), List.of()));
  }

  @Test
  void whatTheChainProvesTakesOnePersonAndNoKey() {
    for (PlanClass one : List.of(PlanClass.RESTART, PlanClass.RESYNC)) {
      assertThat(Approvals.judge(Planned.plan(one, "root"), HERE, List.of(), People.NOBODY, NOW))
          .isEqualTo(new Result.Enough(Approvals.Footing.PEOPLE, List.of(), List.of()));
    }
  }

  @Test
  void zeroApprovals() {
    for (PlanClass two : List.of(PlanClass.MONEY, PlanClass.KEYS)) {
      FrozenPlan all = Planned.plan(two, "kim");
      Result result =
          Approvals.judge(
              all,
              HERE,
              List.of(word(all, Decision.PROPOSE, kim)),
              new People(keys, approvers),
              NOW);
      isMissing(result);
      assertThat(((Result.Missing) result).from()).containsExactly("lee");
    }
    assertThat(Approvals.judge(plan, HERE, List.of(), People.NOBODY, NOW))
        .isInstanceOf(Result.Ownerless.class);
  }

  @Test
  void ownPlan() {
    isMissing(judge(proposed(), word(plan, Decision.APPROVE, kim)), Flaw.OWN_PLAN);
    isMissing(judge(proposed(), word(plan, Decision.APPROVE, kimsOther)), Flaw.OWN_PLAN);
  }

  @Test
  void ownPlanUnderAnothersName() {
    // Whoever is logged in as root plans it, and approves it with a key of their own.
    FrozenPlan roots = Planned.plan(PlanClass.MONEY, "root");
    assertThat(
            Approvals.judge(
                roots,
                HERE,
                List.of(word(roots, Decision.APPROVE, lee), word(roots, Decision.PROPOSE, lee)),
                new People(keys, approvers),
                NOW))
        .isEqualTo(new Result.Ownerless("root", List.of()));
  }

  @Test
  void onePersonWithTwoKeys() {
    approvers = Set.of("kim", "lee", "joe");
    Approval first = word(plan, Decision.APPROVE, lee);
    assertThat(judge(proposed(), first, word(plan, Decision.APPROVE, leesOther)))
        .isInstanceOfSatisfying(
            Result.Enough.class,
            enough -> {
              assertThat(enough.counted()).containsExactly(first);
              assertThat(enough.discounted())
                  .extracting(Approvals.Discounted::flaw)
                  .containsExactly(Flaw.SAME_PERSON);
            });
  }

  @Test
  void editedAfterApproval() {
    Approval lees = word(plan, Decision.APPROVE, lee);
    FrozenPlan edited = FrozenPlan.read(plan.text().replace("ord_1", "ord_2")).orElseThrow();
    isMissing(
        Approvals.judge(
            edited,
            HERE,
            List.of(word(edited, Decision.PROPOSE, kim), lees),
            new People(keys, approvers),
            NOW),
        Flaw.OTHER_TEXT);
  }

  @Test
  void editedAfterApprovalWithTheDigestPutRight() {
    Approval lees = word(plan, Decision.APPROVE, lee);
    FrozenPlan edited = FrozenPlan.read(plan.text().replace("ord_1", "ord_2")).orElseThrow();
    Approval forged =
        new Approval(
            HERE,
            edited.digest(),
            Decision.APPROVE,
            "lee",
            lees.key(),
            lees.at(),
            lees.signature());
    isMissing(
        Approvals.judge(
            edited,
            HERE,
            List.of(word(edited, Decision.PROPOSE, kim), forged),
            new People(keys, approvers),
            NOW),
        Flaw.BAD_SIGNATURE);
  }

  @Test
  void replayedOnAnotherEnvironment() {
    Approval lees =
        Approval.signed("staging", plan.digest(), Decision.APPROVE, lee, proposed().at());
    isMissing(judge(proposed(), lees), Flaw.OTHER_ENVIRONMENT);
    Approval renamed =
        new Approval(
            HERE,
            lees.digest(),
            lees.decision(),
            lees.person(),
            lees.key(),
            lees.at(),
            lees.signature());
    isMissing(judge(proposed(), renamed), Flaw.BAD_SIGNATURE);
  }

  @Test
  void aRejectionPassedOffAsAnApproval() {
    Approval no = word(plan, Decision.REJECT, lee);
    isMissing(
        judge(
            proposed(),
            new Approval(
                HERE,
                no.digest(),
                Decision.APPROVE,
                no.person(),
                no.key(),
                no.at(),
                no.signature())),
        Flaw.BAD_SIGNATURE);
  }

  @Test
  void retiredKey() {
    retire(lee, Planned.AT.minusSeconds(3600));
    isMissing(judge(proposed(), word(plan, Decision.APPROVE, lee)), Flaw.KEY_RETIRED);
  }

  @Test
  void keyRetiredBetweenApprovalAndApply() {
    Approval lees = word(plan, Decision.APPROVE, lee);
    retire(lee, lees.at().plusSeconds(1));
    isMissing(judge(proposed(), lees), Flaw.KEY_RETIRED);
  }

  @Test
  void retiredKeyWithTheClockPutBack() {
    retire(lee, NOW.plusSeconds(3600));
    Approval lees = word(plan, Decision.APPROVE, lee, Planned.AT.minus(Duration.ofDays(1)));
    isMissing(judge(proposed(), lees), Flaw.OUTSIDE_LIFE);
  }

  @Test
  void keyFromBeforeItCounts() {
    keys.replaceAll(key ->
        new People.PersonKey(
            key.person(),
            key.key(),
            key.person().equals("lee") ? NOW.minusSeconds(1) : key.from(),
            key.until()));
    isMissing(judge(proposed(), word(plan, Decision.APPROVE, lee)), Flaw.KEY_RETIRED);
  }

  @Test
  void signedInTheFuture() {
    isMissing(
        judge(proposed(), word(plan, Decision.APPROVE, lee, NOW.plus(Duration.ofMinutes(2)))),
        Flaw.FROM_THE_FUTURE);
  }

  @Test
  void approverDemoted() {
    approvers = Set.of("kim");
    isMissing(judge(proposed(), word(plan, Decision.APPROVE, lee)), Flaw.NOT_AN_APPROVER);
    isMissing(judge(proposed(), word(plan, Decision.APPROVE, joe)), Flaw.NOT_AN_APPROVER);
  }

  @Test
  void approverNoLongerConfigured() {
    keys.removeIf(key -> key.person().equals("lee"));
    isMissing(judge(proposed(), word(plan, Decision.APPROVE, lee)), Flaw.UNKNOWN_KEY);
  }

  @Test
  void aKeyOfOnePersonUnderAnothersName() {
    SigningKey joesAsLee = SigningKey.of("lee", joe.publicKey().text(), joe.secret()).orElseThrow();
    isMissing(judge(proposed(), word(plan, Decision.APPROVE, joesAsLee)), Flaw.OTHERS_KEY);
  }

  @Test
  void expired() {
    Approval lees = word(plan, Decision.APPROVE, lee);
    assertThat(
            Approvals.judge(
                plan,
                HERE,
                List.of(proposed(), lees),
                new People(keys, approvers),
                plan.expiresAt().plusMillis(1)))
        .isEqualTo(new Result.Expired(plan.expiresAt(), List.of()));
  }

  @Test
  void aRejectionStandsWhoeverApproves() {
    Approval joes = word(plan, Decision.REJECT, joe);
    assertThat(judge(proposed(), word(plan, Decision.APPROVE, lee), joes))
        .isEqualTo(new Result.Rejected(joes, List.of()));
    Approval kims = word(plan, Decision.REJECT, kim);
    assertThat(judge(proposed(), word(plan, Decision.APPROVE, lee), kims))
        .isEqualTo(new Result.Rejected(kims, List.of()));
  }

  @Test
  void aSignedTextIsOneFactALine() {
    Approval word = word(plan, Decision.APPROVE, lee, Planned.AT.plusNanos(123_456_789));
    assertThat(word.signedText())
        .isEqualTo(
            """
            metaops plan decision v1
            environment: %s
            plan: %s
            decision: approve
            person: lee
            key: %s
            at: 2026-03-01T02:41:00.123Z
            """
                .formatted(HERE, plan.digest(), lee.publicKey().id()));
  }

  @Test
  void anyBitOfASignatureOrWhatItIsOverCounts() {
    Approval word = word(plan, Decision.APPROVE, lee);
    byte[] signature = java.util.Base64.getDecoder().decode(word.signature());
    for (int bit = 0; bit < signature.length * 8; bit++) {
      signature[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(
              lee.publicKey()
                  .verifies(
                      word.signedText(), java.util.Base64.getEncoder().encodeToString(signature)))
          .isFalse();
      signature[bit / 8] ^= (byte) (1 << bit % 8);
    }
    assertThat(lee.publicKey().verifies(word.signedText(), word.signature())).isTrue();
    assertThat(lee.publicKey().verifies(word.signedText(), "no signature")).isFalse();
  }

  @Test
  void aPrivateKeyIsNeverPrinted() {
    assertThat(lee.toString()).doesNotContain(lee.secret()).contains("lee");
  }
}
