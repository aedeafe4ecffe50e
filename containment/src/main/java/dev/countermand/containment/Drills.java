package dev.countermand.containment;

/** What everybody must know of drills. */
public final class Drills {
  /** The agent that drills contain. No agent has this name. */
  public static final String AGENT = "countermand-drill";

  private Drills() {}
}
