package dev.metaops.contract;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Judges what was seen of the contract against what was expected. Pure. */
public final class Deployment {
  private static final String CHAIN = "chain";
  private static final String CODE = "code";
  private static final String IMPLEMENTATION = "implementation";
  private static final String PAUSED = "paused";

  private final Expected expected;
  private final Observation seen;
  private final List<Check> checks = new ArrayList<>();

  private Deployment(Expected expected, Observation seen) {
    this.expected = expected;
    this.seen = seen;
  }

  public static List<Check> judge(Expected expected, Observation seen) {
    return new Deployment(expected, seen).all();
  }

  /**
   * What holds now. Where the settled block still says otherwise, that is said: a reorg may undo
   * it.
   */
  public static List<Check> judge(Expected expected, Observation settled, Observation head) {
    Map<String, Check> before =
        judge(expected, settled).stream()
            .collect(Collectors.toMap(Check::subject, Function.identity(), (one, _) -> one));
    return judge(expected, head).stream()
        .map(now ->
            Optional.ofNullable(before.get(now.subject()))
                .filter(then -> !then.found().equals(now.found()))
                .map(then -> now.withFound(now.found() + notFinal(settled.block(), then)))
                .orElse(now))
        .toList();
  }

  private static String notFinal(BlockRef settled, Check then) {
    return " (not final yet: block " + settled.number() + " says " + then.found() + ")";
  }

  private List<Check> all() {
    chain();
    code();
    if (!seen.code().isEmpty()) {
      implementation();
      role("admin", Symptom.ADMIN_CHANGED, seen.admin(), Baseline::admin);
      role("arbiter", Symptom.ARBITER_CHANGED, seen.roles().arbiter(), Baseline::arbiter);
      role("owner", Symptom.OWNER_CHANGED, seen.roles().owner(), Baseline::owner);
      handover();
      paused();
    }
    if (expected.baseline().isEmpty()) {
      noBaseline();
    }
    return List.copyOf(checks);
  }

  private void chain() {
    Optional<Long> wanted = expected.chainId().or(() -> expected.baseline().map(Baseline::chainId));
    String found = Long.toString(seen.chainId());
    if (wanted.isEmpty()) {
      checks.add(Check.noted(CHAIN, "id " + found + " (EXPECTED_CHAIN_ID is not set)"));
      return;
    }
    Optional<Long> other =
        wanted
            .filter(id -> id != seen.chainId())
            .or(() ->
                expected.baseline().map(Baseline::chainId).filter(id -> id != seen.chainId()));
    checks.add(
        other.isEmpty()
            ? Check.fine(CHAIN, "id " + wanted.get(), "id " + found)
            : Check.wrong(
                Grade.CRITICAL,
                Symptom.WRONG_CHAIN,
                CHAIN,
                "id " + other.get(),
                (isRightCode() ? "right code on the wrong chain: id " : "wrong chain: id ") + found,
                Check.CONFIGURATION));
  }

  private boolean isRightCode() {
    return CodeMatch.of(expected.artifact().artifact(), seen.running()).isSame()
        || expected
            .baseline()
            .filter(baseline -> baseline.codeHash().equals(seen.code().hash()))
            .isPresent();
  }

  private void code() {
    if (seen.code().isEmpty()) {
      checks.add(absent());
      return;
    }
    checks.add(byBaseline().orElseGet(() -> byArtifact()));
    if (expected.baseline().isPresent() && isConfigured()) {
      Check compiled = byArtifact();
      if (compiled.grade() != Grade.FINE) {
        checks.add(compiled);
      }
    }
  }

  private boolean isConfigured() {
    return expected.artifact() instanceof Expected.Compiled.Configured;
  }

  private Check absent() {
    String what =
        expected.baseline().isPresent()
            ? "no code: the contract was destroyed, or never was on this chain"
            : seen.nonce() > 0
                ? "no code: the account of a person (" + seen.nonce() + " transactions sent)"
                : "no code: nothing was deployed there on this chain, or it was destroyed";
    return Check.wrong(
        Grade.CRITICAL,
        Symptom.CODE_ABSENT,
        CODE,
        expected.baseline().map(baseline -> "code " + baseline.codeHash().brief()).orElse("code"),
        what,
        Check.CONFIGURATION);
  }

  /** Empty without a baseline. */
  private Optional<Check> byBaseline() {
    return expected
        .baseline()
        .map(baseline -> {
          String wanted = "as pinned, " + baseline.codeHash().brief();
          if (baseline.codeHash().equals(seen.code().hash())) {
            return Check.fine(CODE, wanted, "right code" + named());
          }
          boolean isTwin =
              baseline.implementation().isEmpty()
                  && seen.proxy().isEmpty()
                  && baseline.instructionsHash().equals(instructions());
          return Check.wrong(
              Grade.CRITICAL,
              Symptom.CODE_CHANGED,
              CODE,
              wanted,
              isTwin
                  ? "the same source deployed with other immutables or metadata, "
                      + seen.code().hash().brief()
                  : "other code, " + seen.code().hash().brief(),
              Check.PAUSE);
        });
  }

  private String named() {
    Artifact artifact = expected.artifact().artifact();
    return CodeMatch.of(artifact, seen.running()).isSame() ? " of " + artifact.called() : "";
  }

  private Hash instructions() {
    Artifact artifact = expected.artifact().artifact();
    return Baseline.instructions(
        seen, Optional.of(artifact).filter(each -> CodeMatch.of(each, seen.running()).isSame()));
  }

  private Check byArtifact() {
    Artifact artifact = expected.artifact().artifact();
    String where = seen.proxy().isPresent() ? " behind the proxy" : "";
    String wanted = "code of " + artifact.called();
    return switch (CodeMatch.of(artifact, seen.running())) {
      case CodeMatch.Same(int masked, ForetoldCode.Origin origin) ->
          Check.fine(CODE, wanted, "right code" + where + immutables(masked, origin));
      case CodeMatch.SameButMetadata(int masked, ForetoldCode.Origin origin) ->
          Check.fine(
              CODE,
              wanted,
              "right code"
                  + where
                  + ", equal apart from the compiler's metadata"
                  + immutables(masked, origin));
      case CodeMatch.Absent() ->
          Check.wrong(
              Grade.CRITICAL,
              Symptom.CODE_ABSENT,
              CODE,
              wanted,
              "the proxy points to an account without code",
              Check.PAUSE);
      case CodeMatch.CannotCompare(String why) ->
          new Check(
              Grade.NOTED,
              Symptom.CODE_NOT_COMPARED,
              CODE,
              wanted,
              "cannot compare: " + why,
              Optional.empty());
      case CodeMatch.Other(String difference) -> other(wanted, where, difference);
    };
  }

  private Check other(String wanted, String where, String difference) {
    return isConfigured()
        ? Check.wrong(
            Grade.CRITICAL,
            Symptom.CODE_CHANGED,
            CODE,
            wanted,
            "other code" + where + ": " + difference,
            Check.PAUSE)
        : new Check(
            Grade.NOTED,
            Symptom.CODE_NOT_COMPARED,
            CODE,
            "",
            "other code than the reference contract's"
                + where
                + " ("
                + difference
                + "); escrow.artifact names what yours was compiled to",
            Optional.empty());
  }

  private static String immutables(int masked, ForetoldCode.Origin origin) {
    return masked == 0
        ? ""
        : ", "
            + masked
            + (masked == 1 ? " place" : " places")
            + " filled at deployment"
            + (origin == ForetoldCode.Origin.INFERRED
                ? " (inferred: the artifact lists none)"
                : "");
  }

  private void implementation() {
    Optional<Address> now = seen.proxy().map(Proxy::implementation);
    Optional<Address> pinned = expected.baseline().flatMap(Baseline::implementation);
    String found = seen.proxy().map(Deployment::described).orElse("no proxy");
    if (now.isPresent() && seen.running().isEmpty()) {
      checks.add(
          Check.wrong(
              Grade.CRITICAL,
              Symptom.CODE_ABSENT,
              IMPLEMENTATION,
              "code",
              found + ", an account without code",
              Check.PAUSE));
      return;
    }
    if (expected.baseline().isEmpty()) {
      now.ifPresent(_ -> checks.add(Check.noted(IMPLEMENTATION, found)));
      return;
    }
    boolean isSameCode =
        expected
            .baseline()
            .flatMap(Baseline::implementationHash)
            .equals(seen.proxy().map(_ -> seen.running().hash()));
    if (now.equals(pinned) && isSameCode) {
      pinned.ifPresent(to -> checks.add(Check.fine(IMPLEMENTATION, to.text(), found)));
      return;
    }
    checks.add(
        Check.wrong(
            Grade.CRITICAL,
            now.equals(pinned) ? Symptom.CODE_CHANGED : Symptom.IMPLEMENTATION_UPGRADED,
            IMPLEMENTATION,
            pinned.map(Address::text).orElse("no proxy"),
            now.equals(pinned)
                ? found + ", whose code is other: " + seen.running().hash().brief()
                : "points elsewhere: " + found,
            Check.PAUSE));
  }

  private static String described(Proxy proxy) {
    return proxy.kind().words()
        + (proxy.target().equals(proxy.implementation()) ? "" : ", beacon " + proxy.target())
        + " to "
        + proxy.implementation();
  }

  private void role(
      String subject,
      Symptom symptom,
      Optional<Address> now,
      Function<Baseline, Optional<Address>> pinned) {
    if (expected.baseline().isEmpty()) {
      now.ifPresent(address -> checks.add(Check.noted(subject, address.text())));
      return;
    }
    Optional<Address> wanted = expected.baseline().flatMap(pinned);
    String found = now.map(Address::text).orElse("none");
    if (wanted.equals(now)) {
      wanted.ifPresent(address -> checks.add(Check.fine(subject, address.text(), found)));
      return;
    }
    checks.add(
        Check.wrong(
            Grade.CRITICAL,
            symptom,
            subject,
            wanted.map(Address::text).orElse("none"),
            found,
            Check.COMPARE_PIN));
  }

  private void handover() {
    seen.roles()
        .pendingArbiter()
        .ifPresent(pending ->
            checks.add(
                Check.wrong(
                    Grade.WARNING,
                    Symptom.ARBITER_HANDOVER,
                    "pending arbiter",
                    "none",
                    "the arbiter's part was offered to " + pending,
                    Check.COMPARE_PIN)));
  }

  private void paused() {
    if (seen.roles().paused().isEmpty()) {
      return;
    }
    boolean now = seen.roles().paused().get();
    Optional<Boolean> wanted = expected.baseline().flatMap(Baseline::paused);
    if (wanted.isPresent() && wanted.get() != now) {
      checks.add(
          Check.wrong(
              Grade.CRITICAL,
              now ? Symptom.CONTRACT_PAUSED : Symptom.CONTRACT_UNPAUSED,
              PAUSED,
              words(wanted.get()),
              words(now),
              now ? "metaops contract unpause" : Check.PAUSE));
    } else if (now && wanted.isEmpty()) {
      checks.add(
          Check.wrong(
              Grade.WARNING,
              Symptom.CONTRACT_PAUSED,
              PAUSED,
              words(false),
              words(true),
              "metaops contract unpause"));
    } else {
      checks.add(Check.fine(PAUSED, words(wanted.orElse(false)), words(now)));
    }
  }

  private static String words(boolean isPaused) {
    return isPaused ? "paused: new escrows are refused" : "not paused";
  }

  private void noBaseline() {
    checks.add(
        Check.wrong(
            Grade.UNKNOWN,
            Symptom.NO_BASELINE,
            "baseline",
            "one that somebody approved",
            "none: whether "
                + (seen.code().isEmpty()
                    ? "there should be code"
                    : "code, arbiter and owner are right")
                + " nobody said yet; metaops contract pin approves what is there",
            Check.PIN));
  }
}
