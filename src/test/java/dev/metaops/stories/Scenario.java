package dev.metaops.stories;

import dev.metaops.order.Verdict;
import java.sql.SQLException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One situation an order can be in, made on a real chain and in a real table, and the verdict that
 * is right for it.
 *
 * @param says what the sentence has to say
 */
record Scenario(
    String name,
    Verdict.Code expected,
    Pattern says,
    Place place,
    Stage stage,
    Way way,
    Plot plot) {

  /** Makes it so; returns what an operator types for the order. */
  interface Plot {
    String in(ScenarioWorld world, String id) throws SQLException;
  }

  /** Whose rows, and through what they are asked. */
  enum Place {
    /** Their table, one registry contract, over SQL and over PostgREST. */
    ORDERS,
    /** Their table of trades, a contract for each. */
    TRADES,
    /** The same table, a registry that is paused. */
    PAUSED,
    /** metaops installed: a listener, a ledger, a chain of their own. */
    INSTALLED,
    NODE_REFUSES,
    WRONG_CHAIN,
    NO_ESCROW_THERE,
    ANONYMOUS_KEY
  }

  /** When it is asked: each stage of the chain's life comes after the one before. */
  enum Stage {
    /** Everything that happened is final. */
    FINAL,
    /** The latest block is not. */
    RECENT,
    /** Nothing became final for an hour. */
    STALLED,
    /** Transactions wait in the pool, no block is made. */
    POOL
  }

  /** By which command. */
  enum Way {
    ORDER,
    EVENTS,
    UNMATCHED
  }

  static Scenario of(String name, Verdict.Code expected, String says, Plot plot) {
    return new Scenario(
        name, expected, Pattern.compile(says), Place.ORDERS, Stage.FINAL, Way.ORDER, plot);
  }

  Scenario at(Place other) {
    return new Scenario(name, expected, says, other, stage, way, plot);
  }

  Scenario when(Stage other) {
    return new Scenario(name, expected, says, place, other, way, plot);
  }

  Scenario by(Way other) {
    return new Scenario(name, expected, says, place, stage, other, plot);
  }

  /** The order's id. */
  String id() {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }
}
