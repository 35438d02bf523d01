package dev.metaops.telemetry;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One part of the process, as it is heard by a person and by the log. Thread-safe. */
public final class Log implements Said {
  /** Everything of ours is below it; it is silent until {@link Telemetry} listens. */
  static final String OURS = "metaops";

  private final Logger logger;
  private final Consumer<String> person;

  /**
   * @param who as in {@code metaops.WHO}
   * @param person hears each sentence too
   */
  public Log(String who, Consumer<String> person) {
    this.logger = LoggerFactory.getLogger(OURS + "." + who);
    this.person = person;
  }

  @Override
  public void accept(String sentence) {
    person.accept(sentence);
    logger.info("{}", sentence);
  }

  @Override
  public void defect(String sentence, Throwable defect) {
    person.accept(sentence);
    logger.error(sentence, defect);
  }
}
