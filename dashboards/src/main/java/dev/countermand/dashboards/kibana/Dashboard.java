package dev.countermand.dashboards.kibana;

import java.util.List;

/**
 * A dashboard.
 *
 * @param id the saved object's id; never changes once released
 * @param title what people see
 * @param description one sentence
 * @param panels where each panel is
 */
public record Dashboard(String id, String title, String description, List<Placed> panels) {
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
