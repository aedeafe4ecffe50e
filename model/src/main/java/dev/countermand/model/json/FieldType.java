package dev.countermand.model.json;

/** What a field holds; index templates derive their mapping from it. */
public enum FieldType {
  /** An exact word or identifier. */
  KEYWORD,
  /** An instant, ISO 8601 in UTC. */
  DATE,
  /** A whole number. */
  LONG,
  /** A number. */
  DOUBLE,
  /** True or false. */
  BOOLEAN,
  /** Any JSON, as it came. */
  TREE,
  /** A map of words to words. */
  MAP
}
