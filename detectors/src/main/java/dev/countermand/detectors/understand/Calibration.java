package dev.countermand.detectors.understand;

import dev.countermand.model.Effect;
import dev.countermand.model.Verb;
import java.util.List;

/**
 * Turns the certainty of the knowledge into how often such a reading was right, from {@code
 * calibration.yaml}. Only for removals, of which the labelled rows speak.
 *
 * @param points in rising order of both values; what lies below the first stays as it is
 */
record Calibration(List<Point> points) {

  /**
   * One measured value.
   *
   * @param known the certainty of the knowledge, 0 to 1
   * @param is the share of such readings that were right, 0 to 1
   */
  record Point(double known, double is) {}

  /** The effect with a measured confidence; others than removals as they are. */
  Effect of(Effect effect) {
    boolean removal = effect.verb() == Verb.DELETE || effect.verb() == Verb.DESTROY;
    double known = effect.confidence();
    if (!removal || points.isEmpty() || known < points.get(0).known()) {
      return effect;
    }
    return effect.sure(measured(known));
  }

  private double measured(double known) {
    Point below = points.get(0);
    for (Point point : points) {
      if (point.known() >= known) {
        double width = point.known() - below.known();
        double share = width == 0 ? 0 : (known - below.known()) / width;
        return Math.round((below.is() + share * (point.is() - below.is())) * 100) / 100.0;
      }
      below = point;
    }
    return below.is();
  }
}
