package dev.countermand.detectors.baseline;

import dev.countermand.model.Verb;
import dev.countermand.model.Wire;
import java.util.Optional;

/** What is counted. */
public enum Feature implements Wire {
  DELETES,
  DESTROYS,
  WRITES,
  READS,
  SECRET_READS,
  GRANTS,
  SENDS,
  /** Actions that ended badly. */
  FAILURES,
  /** Attempts that were refused. */
  DENIALS,
  /** KiB of texts that tools gave the agent. */
  KIB_READ,
  /** KiB of texts in calls that send something away. */
  KIB_SENT;

  /** The feature an effect counts for; running a program is none. */
  public static Optional<Feature> of(Verb verb) {
    return switch (verb) {
      case DELETE -> Optional.of(DELETES);
      case DESTROY -> Optional.of(DESTROYS);
      case WRITE -> Optional.of(WRITES);
      case READ -> Optional.of(READS);
      case READ_SECRET -> Optional.of(SECRET_READS);
      case GRANT -> Optional.of(GRANTS);
      case SEND -> Optional.of(SENDS);
      case EXECUTE -> Optional.empty();
    };
  }
}
