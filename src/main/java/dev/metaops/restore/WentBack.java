package dev.metaops.restore;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether an orders database is behind what is remembered of it. Pure. */
public final class WentBack {
  /** The code of the finding. */
  public static final String CODE = "orders-db-went-back";

  private WentBack() {}

  /**
   * Why it has to have come back from a backup; empty when nothing says so. What is remembered has
   * to be read first: the database goes on while it is.
   */
  public static List<String> reasons(
      Present present, Optional<Mark> remembered, Optional<Covered> covered) {
    var why = new ArrayList<String>();
    Mark now = present.mark();
    remembered
        .filter(mark -> mark.log().equals(now.log()))
        .ifPresent(mark -> behind(present, mark, why));
    covered.ifPresent(checkpoint -> {
      if (checkpoint.seals() > now.seals()) {
        why.add(
            "its record has "
                + now.seals()
                + " seals, and the checkpoint of "
                + checkpoint.at()
                + " covers "
                + checkpoint.seals());
      }
      if (checkpoint.epoch() > now.epoch()) {
        why.add(
            "its lease is at epoch "
                + now.epoch()
                + ", and the checkpoint of "
                + checkpoint.at()
                + " says "
                + checkpoint.epoch());
      }
    });
    return List.copyOf(why);
  }

  private static void behind(Present present, Mark mark, List<String> why) {
    Mark now = present.mark();
    if (now.seals() < mark.seals()) {
      why.add("its record has " + now.seals() + " seals and had " + mark.seals() + seen(mark));
    }
    boolean isAnother =
        !mark.chain().isEmpty() && !present.then().equals(Optional.of(mark.chain()));
    if (now.seals() >= mark.seals() && isAnother) {
      why.add(
          "its record goes on from another seal "
              + mark.seals()
              + " than the one it had"
              + seen(mark));
    }
    if (now.epoch() < mark.epoch()) {
      why.add("its lease is at epoch " + now.epoch() + " and was at " + mark.epoch() + seen(mark));
    }
    if (now.settled() < mark.settled() && !present.isRewound()) {
      why.add(
          "its ledger is settled up to block "
              + now.settled()
              + " and was up to "
              + mark.settled()
              + seen(mark));
    }
  }

  private static String seen(Mark mark) {
    return " at " + mark.at();
  }

  /** What it means, in one sentence. */
  public static String sentence(List<String> reasons) {
    return "THE ORDERS DATABASE CAME BACK FROM A BACKUP: "
        + String.join("; ", reasons)
        + ". No order row is written until: metaops db restored --to TIME-OF-THE-BACKUP";
  }
}
