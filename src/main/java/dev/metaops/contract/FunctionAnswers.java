package dev.metaops.contract;

import dev.metaops.chain.Address;
import dev.metaops.escrow.EscrowStatus;
import dev.metaops.escrow.EscrowView;
import java.util.List;
import java.util.Optional;

/**
 * What the contract's reading functions returned; empty where it refused. Judging is pure.
 *
 * @param unusedEscrow of a key nobody can have used
 */
public record FunctionAnswers(
    Optional<byte[]> paused,
    Optional<byte[]> arbiter,
    Optional<byte[]> held,
    Optional<byte[]> unusedEscrow,
    Optional<Address> owner) {

  /** One check a function. */
  public List<Check> judge() {
    return List.of(
        check(
            "paused()",
            "true or false",
            paused.flatMap(EscrowView::readPaused).map(Object::toString)),
        check(
            "arbiter()",
            "an address that is not zero",
            arbiter
                .flatMap(EscrowView::readArbiter)
                .filter(address -> !address.equals(Address.ZERO))
                .map(Address::text)),
        check("held(0x0)", "an amount", held.flatMap(EscrowView::readHeld).map(Object::toString)),
        check(
            "escrowOf(unused key)",
            EscrowStatus.NONE.name(),
            unusedEscrow
                .flatMap(EscrowView::readEscrowOf)
                .map(EscrowView.Holding::status)
                .filter(EscrowStatus.NONE::equals)
                .map(EscrowStatus::name)),
        Check.fine(
            "owner()", "not needed", owner.map(Address::text).orElse("the contract has none")));
  }

  private static Check check(String function, String expected, Optional<String> found) {
    return found
        .map(value -> Check.fine(function, expected, value))
        .orElseGet(() ->
            Check.wrong(
                Grade.CRITICAL,
                Symptom.FUNCTION_WRONG,
                function,
                expected,
                "it refuses, or answers otherwise than the registry",
                "metaops contract verify deployment"));
  }
}
