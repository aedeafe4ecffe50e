package dev.countermand.dashboards.kibana;

/** A column of the table behind a chart: a way to group, or a number per group. */
public sealed interface Column {
  /** What people see. */
  String label();

  /** Groups by time, in steps that suit the range shown. */
  record Time(String label) implements Column {}

  /**
   * Groups by the most frequent values.
   *
   * @param field dotted path of a keyword field
   * @param size how many
   */
  record Top(String label, String field, int size) implements Column {}

  /** How many documents. */
  record Count(String label) implements Column {}

  /** How many documents per minute, whatever the step of time is. */
  record PerMinute(String label) implements Column {}

  /**
   * How many different values.
   *
   * @param field dotted path of a keyword field
   */
  record Distinct(String label, String field) implements Column {}

  /**
   * A percentile.
   *
   * @param field dotted path of a number field
   * @param percent 1 to 99
   */
  record Percentile(String label, String field, int percent) implements Column {}

  /**
   * The greatest value.
   *
   * @param field dotted path of a number field
   */
  record Greatest(String label, String field) implements Column {}

  /**
   * The value of the latest document.
   *
   * @param field dotted path of a number field
   */
  record Newest(String label, String field) implements Column {}

  /** Whether it groups. */
  default boolean groups() {
    return this instanceof Time || this instanceof Top;
  }
}
