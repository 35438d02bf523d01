package dev.metaops.evidence;

import dev.metaops.audit.Attestation;
import dev.metaops.plan.Approval;
import dev.metaops.plan.KeptPlan;
import dev.metaops.plan.People;
import dev.metaops.proof.ProofFile;
import java.time.Instant;
import java.util.List;

/**
 * What is known of a subject, gathered.
 *
 * @param subject as it was asked for: {@code order ord_71}, {@code plan P-8K2F}
 * @param environment which world this is
 * @param people the public keys of those who signed, as configured
 * @param proofs of the events of each order
 * @param gaps what could not be gathered, a sentence each
 */
public record Dossier(
    String subject,
    String environment,
    Attestation attestation,
    List<Sealed> records,
    List<PlanFound> plans,
    List<Change> changes,
    List<People.PersonKey> people,
    List<ProofFile> proofs,
    List<String> gaps) {
  public Dossier {
    records = List.copyOf(records);
    plans = List.copyOf(plans);
    changes = List.copyOf(changes);
    people = List.copyOf(people);
    proofs = List.copyOf(proofs);
    gaps = List.copyOf(gaps);
  }

  /**
   * A record in the log.
   *
   * @param seal its place, from 1
   * @param entry the exact text
   */
  public record Sealed(long seal, String entry) {}

  /**
   * A plan.
   *
   * @param text exactly
   * @param words what people signed about it
   * @param life its steps, as our own store has them
   */
  public record PlanFound(String id, String text, List<Approval> words, List<KeptPlan.Turn> life) {
    public PlanFound {
      words = List.copyOf(words);
      life = List.copyOf(life);
    }
  }

  /** A move of a row, as the orders database remembers it. */
  public record Change(Instant at, String order, String from, String to, String cause) {}
}
