package dev.countermand.dashboards.kibana;

import java.util.List;

/** One panel of a dashboard. */
public sealed interface Panel {
  /** The saved object's id; never changes once released. */
  String id();

  /** What people see: the question that it answers. */
  String title();

  /** What it means that it shows nothing, and what to do then. */
  String whenEmpty();

  /** The documents it shows. */
  DataView view();

  /** What a document must have to be shown. */
  List<Filter> filters();

  /** How a chart draws its table. */
  enum Shape {
    /** Bars over the first group, stacked by the second. */
    BARS,
    /** The same, lying. */
    LYING_BARS,
    /** Rows. */
    TABLE,
    /** One number. */
    NUMBER
  }

  /**
   * A chart of grouped documents.
   *
   * @param columns groups first
   */
  record Chart(
      String id,
      String title,
      String whenEmpty,
      Shape shape,
      DataView view,
      List<Filter> filters,
      List<Column> columns)
      implements Panel {}

  /**
   * The latest documents.
   *
   * @param fields dotted paths, shown in this order after the time
   */
  record Latest(
      String id,
      String title,
      String whenEmpty,
      DataView view,
      List<Filter> filters,
      List<String> fields)
      implements Panel {}
}
