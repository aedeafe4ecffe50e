package dev.countermand.detectors.baseline;

import dev.countermand.model.Wire;
import java.time.Duration;

/** Kinds of what an action is known by. */
public enum TraitKind implements Wire {
  /** What is done to which type of thing in which environment. */
  EFFECT(256, 7),
  /** The tool, as the agent names it. */
  TOOL(64, 7),
  /** A host that is named in a URL. */
  HOST(128, 7),
  /** A credential that is used. */
  CREDENTIAL(64, 7),
  /** The hour of the week, UTC. */
  HOUR(168, 28);

  private final int kept;
  private final Duration known;

  TraitKind(int kept, int days) {
    this.kept = kept;
    this.known = Duration.ofDays(days);
  }

  /** Most that are remembered of one subject. */
  public int kept() {
    return kept;
  }

  /** How long a subject has to be watched before what it was not seen with means anything. */
  public Duration known() {
    return known;
  }
}
