package dev.countermand.model;

/** The versions that every document names. */
public final class Schema {
  /** The version of ECS the documents follow. */
  public static final String ECS = "9.4.0";

  /** The version of Countermand's own fields; it grows when a field changes its meaning. */
  public static final int VERSION = 1;

  private Schema() {}
}
