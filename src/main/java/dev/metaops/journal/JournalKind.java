package dev.metaops.journal;

import java.util.Arrays;
import java.util.Optional;

/** Everything that may have to be written down while no database answers. */
public enum JournalKind {
  FREEZE("freeze"),
  UNFREEZE("unfreeze"),
  CONTRACT_PIN("contract-pin"),
  SERVICE_RESTART("service-restart"),
  SERVICE_STOP("service-stop"),
  SERVICE_START("service-start"),
  /** Something that became of a service and was not our doing. */
  SERVICE_OUTSIDE("service-outside"),
  POOL_RESET("pool-reset"),
  INCIDENT_DECLARE("incident-declare"),
  INCIDENT_ACK("incident-ack"),
  INCIDENT_NOTE("incident-note");

  private final String word;

  JournalKind(String word) {
    this.word = word;
  }

  /** As it stands in the file. */
  public String word() {
    return word;
  }

  /** Empty for one of another version of metaops. */
  static Optional<JournalKind> of(String word) {
    return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
  }

  /** Whether the orders database keeps it as a freeze, and not as a record alone. */
  public boolean isFreeze() {
    return switch (this) {
      case FREEZE, UNFREEZE -> true;
      case CONTRACT_PIN,
          SERVICE_RESTART,
          SERVICE_STOP,
          SERVICE_START,
          SERVICE_OUTSIDE,
          POOL_RESET,
          INCIDENT_DECLARE,
          INCIDENT_ACK,
          INCIDENT_NOTE ->
          false;
    };
  }
}
