package dev.countermand.dashboards.kibana;

import java.util.List;

/**
 * A dashboard.
 *
 * @param id the saved object's id; never changes once released
 * @param title what people see
 * @param description one sentence
 * @param note Markdown that stands above the panels
 * @param pickers what people can choose among, above everything
 * @param panels where each panel is
 */
public record Dashboard(
    String id,
    String title,
    String description,
    String note,
    List<Picker> pickers,
    List<Placed> panels) {
  /** The rows of the grid that the note takes; panels begin below. */
  static final int NOTE_ROWS = 4;

  /**
   * A list of the values of a field, of which people choose some.
   *
   * @param field dotted path of a keyword field
   */
  public record Picker(String label, String field) {}

  /**
   * A panel on the grid, which is 48 wide.
   *
   * @param x from the left
   * @param y from the top
   * @param width in columns
   * @param height in rows
   */
  public record Placed(Panel panel, int x, int y, int width, int height) {}
}
