package dev.metaops.canary;

import dev.metaops.order.OrderState;
import dev.metaops.time.Deadline;
import java.util.Optional;

/** The venue's rows, as they are when somebody asks. Nothing of it throws; thread-safe. */
public interface Rows {
  /** Which order to look at. */
  sealed interface Moved {
    record Order(String id) implements Moved {}

    /** None moved in that time. */
    record None() implements Moved {}

    record Unread(String why) implements Moved {}
  }

  /** How far back an order that moved is looked for. */
  enum Reach {
    /** Minutes: there is another to go on with. */
    LATELY,
    /** A week. */
    FAR
  }

  /** The order that moved last. */
  Moved lastMoved(Reach reach, Deadline deadline);

  /** The row of this id. */
  RowSight row(String id, Deadline deadline);

  /** What a front end's word for a state means; empty for any other. */
  Optional<OrderState> meaning(String word);
}
