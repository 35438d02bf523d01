package dev.metaops.setup;

import dev.metaops.chain.Address;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.config.EscrowSection;
import dev.metaops.config.Settings;
import dev.metaops.contract.ContractReader;
import dev.metaops.contract.Observation;
import dev.metaops.contract.Proxy;
import dev.metaops.escrow.EscrowView;
import dev.metaops.escrow.Escrows;
import dev.metaops.page.Amounts;
import dev.metaops.reach.EscrowReach;
import dev.metaops.reach.Misconfigured;
import dev.metaops.reach.Reach;
import dev.metaops.rpc.At;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks whether the configured address is a contract that answers as its profile does. */
record DoctorContract(Conversation conversation, Deadline deadline) {
  private static final String ESCROW = "escrow";
  private static final String COULD_NOT_LOOK = "could not look: ";

  List<DoctorLook> looks() {
    Settings settings = conversation.settings();
    Optional<Provider> provider = Reach.provider(settings, conversation.ticker());
    if (provider.isEmpty() || settings.escrow().address().isEmpty()) {
      return List.of(DoctorLook.fine(ESCROW, "not looked at: not configured"));
    }
    Address contract = new Address(settings.escrow().address().get());
    try {
      Escrows escrows = EscrowReach.escrows(settings);
      if (provider.get().code(contract, At.Tag.LATEST, deadline).length == 0) {
        return List.of(
            new DoctorLook(
                ESCROW,
                ExitCode.CRITICAL,
                contract.text() + ": no contract at this address on this chain",
                "correct ESCROW_CONTRACT_ADDRESS or RPC_URL"));
      }
      List<DoctorLook> looks = new ArrayList<>();
      looks.add(answers(provider.get(), contract));
      looks.add(code(provider.get(), contract, escrows));
      return looks;
    } catch (RpcUnavailable unavailable) {
      return List.of(
          new DoctorLook(
              ESCROW,
              ExitCode.CRITICAL,
              COULD_NOT_LOOK + ConfigInitLook.words(unavailable),
              "metaops health blockchain"));
    } catch (Misconfigured unusable) {
      return List.of(
          new DoctorLook(
              ESCROW,
              ExitCode.CRITICAL,
              String.valueOf(unusable.getMessage()),
              "correct escrow.abi"));
    }
  }

  private DoctorLook answers(Provider provider, Address contract) {
    Settings settings = conversation.settings();
    if (settings.escrow().profile() != EscrowSection.Profile.REGISTRY) {
      return DoctorLook.fine(ESCROW, contract.brief() + " is a contract");
    }
    try {
      byte[] answer =
          provider.call(contract, EscrowView.held(Address.ZERO), At.Tag.LATEST, deadline);
      return EscrowView.readHeld(answer)
          .map(held ->
              DoctorLook.fine(
                  ESCROW,
                  contract.brief()
                      + " answers as the registry, holds "
                      + new Amounts(settings).of(held, Address.ZERO)))
          .orElseGet(() -> notTheRegistry(contract));
    } catch (RpcUnavailable refused) {
      if (refused.failure() instanceof RpcFailure.Reverted) {
        return notTheRegistry(contract);
      }
      throw refused;
    }
  }

  private static DoctorLook notTheRegistry(Address contract) {
    return new DoctorLook(
        ESCROW,
        ExitCode.CRITICAL,
        contract.text() + ": does not answer as the registry",
        "correct ESCROW_CONTRACT_ADDRESS");
  }

  /** Beside the answers; without it the rest is still said. */
  private DoctorLook code(Provider provider, Address contract, Escrows escrows) {
    try {
      Observation observation =
          new ContractReader(provider, contract)
              .observe(
                  provider.chainId(deadline), provider.head(deadline).latest().ref(), deadline);
      long named =
          escrows.profile().topics().stream().filter(observation.running()::pushes).count();
      return new DoctorLook(
          "contract code",
          ExitCode.FINE,
          observation.proxy().map(DoctorContract::proxy).orElse("no proxy")
              + ", "
              + observation.running().size()
              + " bytes that name "
              + named
              + " of "
              + escrows.profile().topics().size()
              + " events that move orders"
              + observation
                  .roles()
                  .paused()
                  .filter(paused -> paused)
                  .map(_ -> ", PAUSED")
                  .orElse(""),
          "metaops contract verify compares it");
    } catch (RpcUnavailable unavailable) {
      return new DoctorLook(
          "contract code",
          ExitCode.COULD_NOT,
          COULD_NOT_LOOK + ConfigInitLook.words(unavailable),
          "metaops contract verify");
    }
  }

  private static String proxy(Proxy proxy) {
    return proxy.kind().words() + " to " + proxy.implementation();
  }
}
