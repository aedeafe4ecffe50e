package dev.countermand.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.benchmarks.DetectRules.Fixed;
import dev.countermand.benchmarks.DetectRules.Learner;
import dev.countermand.benchmarks.DetectRules.Ours;
import dev.countermand.benchmarks.DetectRules.Rule;
import dev.countermand.benchmarks.DetectRules.ThreeSigma;
import dev.countermand.detectors.baseline.Activity;
import dev.countermand.model.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * How soon a change is seen and how often there is a false alarm: the learned baseline beside a
 * fixed threshold and the rule of three sigmas, on synthetic series with known change points.
 *
 * <p>Each series runs for seven days that are only learned and three that are also judged. An alarm
 * is over after ten minutes without one, for every rule. At {@value #CHANGES} instants of the
 * judged days a burst begins on top of what the series does: of one delete a second, or of one in
 * four seconds, for {@value #LASTS} seconds.
 */
public final class DetectBench {
  /** What the threshold that does not learn is, a minute. */
  public static final int THRESHOLD = 30;

  private static final int LEARNED_DAYS = 7;
  private static final int JUDGED_DAYS = 3;
  private static final int CHANGES = 10;
  private static final int LASTS = 1_800;
  private static final double BEFORE = 2 * 3_600;
  private static final double[] EVERY = {1, 4};
  private static final List<String> RULES =
      List.of(
          "ours, told of",
          "ours, asked about",
          "more than " + THRESHOLD + " a minute",
          "three sigmas");

  private DetectBench() {}

  /**
   * One line of the table.
   *
   * @param falsePerDay false alarms a day
   * @param events median delay in events of the burst, for each burst; NaN where most are missed
   * @param seconds the same in seconds
   * @param missed the share of bursts that were not seen at all, for each burst
   */
  record Row(
      String series,
      String rule,
      double falsePerDay,
      double[] events,
      double[] seconds,
      double[] missed) {}

  /** What one rule came to on one series, over all seeds. */
  private static final class Tally {
    private int falseAlarms;
    private final List<List<Double>> events = List.of(new ArrayList<>(), new ArrayList<>());
    private final List<List<Double>> seconds = List.of(new ArrayList<>(), new ArrayList<>());
  }

  /**
   * Measures.
   *
   * @param seeds how many of each series
   * @param json whether as one JSON document, else as a table
   */
  public static String run(int seeds, boolean json) {
    List<Row> rows = new ArrayList<>();
    for (DetectSeries series : DetectSeries.values()) {
      rows.addAll(measure(series, seeds));
    }
    return json ? json(rows) : text(rows, seeds);
  }

  private static List<Row> measure(DetectSeries series, int seeds) {
    List<Tally> tallies = RULES.stream().map(rule -> new Tally()).toList();
    for (int seed = 0; seed < seeds; seed++) {
      judge(series.times(seed, LEARNED_DAYS + JUDGED_DAYS), seed, tallies);
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < tallies.size(); i++) {
      Tally tally = tallies.get(i);
      rows.add(
          new Row(
              series.text(),
              RULES.get(i),
              (double) tally.falseAlarms / seeds / JUDGED_DAYS,
              each(tally.events),
              each(tally.seconds),
              tally.events.stream().mapToDouble(DetectBench::missed).toArray()));
    }
    return rows;
  }

  private static double missed(List<Double> delays) {
    return (double) delays.stream().filter(d -> Double.isInfinite(d)).count() / delays.size();
  }

  private static double[] each(List<List<Double>> delays) {
    return delays.stream()
        .mapToDouble(
            all -> {
              double median = all.stream().sorted().skip(all.size() / 2).findFirst().orElseThrow();
              return Double.isInfinite(median) ? Double.NaN : median;
            })
        .toArray();
  }

  private static void judge(List<Double> times, int seed, List<Tally> tallies) {
    Random random = new Random(seed);
    double judged = (double) LEARNED_DAYS * DetectSeries.DAY;
    List<Double> changes = new ArrayList<>();
    for (int i = 0; i < CHANGES; i++) {
      changes.add(judged + random.nextDouble() * (JUDGED_DAYS * DetectSeries.DAY - LASTS));
    }
    changes.sort(null);
    Learner learner = new Learner();
    List<Rule> rules = rules(learner);
    double[] last = {-1e9, -1e9, -1e9, -1e9};
    int next = 0;
    for (double time : times) {
      if (next < changes.size() && time >= changes.get(next)) {
        delays(times, changes.get(next++), learner, tallies);
      }
      learner.learn(time);
      for (int i = 0; i < rules.size(); i++) {
        if (rules.get(i).alarms(time)) {
          if (time >= judged && time - last[i] > Activity.QUIET_SECONDS) {
            tallies.get(i).falseAlarms++;
          }
          last[i] = time;
        }
      }
    }
  }

  private static List<Rule> rules(Learner learner) {
    return List.of(
        new Ours(1, learner), new Ours(2, learner), new Fixed(THRESHOLD), new ThreeSigma());
  }

  /** Begins a burst at an instant, with rules that know the hours before it. */
  private static void delays(
      List<Double> times, double change, Learner learner, List<Tally> tallies) {
    for (int burst = 0; burst < EVERY.length; burst++) {
      List<Rule> rules = rules(learner);
      List<Double> merged = new ArrayList<>();
      for (double time = change; time < change + LASTS; time += EVERY[burst]) {
        merged.add(time);
      }
      for (double time : times) {
        if (time >= change - BEFORE && time < change + LASTS) {
          merged.add(time);
        }
      }
      merged.sort(null);
      for (int i = 0; i < rules.size(); i++) {
        double seconds = Double.POSITIVE_INFINITY;
        for (double time : merged) {
          if (rules.get(i).alarms(time) && time >= change) {
            seconds = time - change;
            break;
          }
        }
        Tally tally = tallies.get(i);
        tally.seconds.get(burst).add(seconds);
        tally.events.get(burst).add(Math.floor(seconds / EVERY[burst]) + 1);
      }
    }
  }

  private static String text(List<Row> rows, int seeds) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%d seeds, %d days learned, %d judged, %d change points each; median delay in deletes"
                + " of the burst and in seconds, share missed%n%n%-33s%-22s%12s  %-24s%-24s%n",
            seeds,
            LEARNED_DAYS,
            JUDGED_DAYS,
            CHANGES,
            "series",
            "rule",
            "false/day",
            "one delete a second",
            "one in four seconds"));
    for (Row row : rows) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-33s%-22s%12.2f  %-24s%-24s%n",
              row.series(),
              row.rule(),
              row.falsePerDay(),
              delay(row, 0),
              delay(row, 1)));
    }
    return text.toString().stripTrailing();
  }

  private static String delay(Row row, int burst) {
    return Double.isNaN(row.events()[burst])
        ? String.format(Locale.ROOT, "none, missed %.2f", row.missed()[burst])
        : String.format(
            Locale.ROOT,
            "%.0f, %.0f s, missed %.2f",
            row.events()[burst],
            row.seconds()[burst],
            row.missed()[burst]);
  }

  private static String json(List<Row> rows) {
    ArrayNode array = Json.mapper().createArrayNode();
    for (Row row : rows) {
      ObjectNode node = array.addObject();
      node.put("series", row.series()).put("rule", row.rule());
      node.put("false_alarms_per_day", row.falsePerDay());
      for (int burst = 0; burst < EVERY.length; burst++) {
        ObjectNode delay = node.putObject("every_" + (int) EVERY[burst] + "_s");
        if (!Double.isNaN(row.events()[burst])) {
          delay.put("events", row.events()[burst]).put("seconds", row.seconds()[burst]);
        }
        delay.put("missed", row.missed()[burst]);
      }
    }
    return array.toString();
  }
}
