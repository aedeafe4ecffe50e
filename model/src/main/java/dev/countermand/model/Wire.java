package dev.countermand.model;

import java.util.Locale;

/** An enum constant with the name it has in JSON: lower case, words joined by {@code -}. */
public interface Wire {

  /** The constant's Java name, as {@link Enum#name()} returns it. */
  String name();

  /** The name in JSON, for instance {@code read-secret} for {@code READ_SECRET}. */
  default String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
