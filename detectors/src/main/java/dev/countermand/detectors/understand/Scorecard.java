package dev.countermand.detectors.understand;

import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts how the understanding does on labelled commands, each source by itself: an average over
 * sources would be that of the largest. Not thread-safe.
 */
public final class Scorecard {

  /** What the source of a row says of it. */
  public enum Label {
    /** It destroys; it must be called destructive. */
    DESTRUCTIVE,
    /** It must not be called destructive. */
    BENIGN,
    /** It wants a person's word; it must not be plainly allowed. */
    RISKY,
    /** The source gives no word. */
    UNLABELLED;

    /** The label of a row's word; {@link #UNLABELLED} for any other. */
    public static Label of(String word) {
      return switch (word) {
        case "destructive" -> DESTRUCTIVE;
        case "benign" -> BENIGN;
        case "risky" -> RISKY;
        default -> UNLABELLED;
      };
    }
  }

  /** Whether a text could be read to its end. */
  public enum Reading {
    WHOLE,
    UNPARSED
  }

  private static final int BUCKETS = 10;

  private final Map<Key, Tally> tallies = new TreeMap<>();
  private final int[] surely = new int[BUCKETS];
  private final int[] rightly = new int[BUCKETS];
  private final double[] confidence = new double[BUCKETS];

  private record Key(Label label, String source) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byLabel = label.compareTo(other.label);
      return byLabel != 0 ? byLabel : source.compareTo(other.source);
    }
  }

  /**
   * One line of the card.
   *
   * @param label what the rows are
   * @param source where they come from
   * @param rows how many
   * @param destructive how many were called destructive
   * @param asked how many were answered with ask
   * @param denied how many were answered with deny
   * @param unparsed how many could not be read to the end
   * @param medianMicros half of the rows took at most so long, in microseconds
   * @param maxMicros the slowest took so long, in microseconds
   */
  public record Line(
      Label label,
      String source,
      int rows,
      int destructive,
      int asked,
      int denied,
      int unparsed,
      double medianMicros,
      double maxMicros) {

    /**
     * The share that was called destructive: recall on destructive rows, false alarms on others.
     */
    public double destructiveShare() {
      return (double) destructive / rows;
    }

    /** The share that was answered with ask or deny. */
    public double notAllowedShare() {
      return (double) (asked + denied) / rows;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%-11s %-46s %6d %11.4f %7.4f %7.4f %8d %9.1f %9.1f",
          label.name().toLowerCase(Locale.ROOT),
          source,
          rows,
          destructiveShare(),
          notAllowedShare(),
          (double) denied / rows,
          unparsed,
          medianMicros,
          maxMicros);
    }
  }

  /** The heading of the lines. */
  public static String heading() {
    return String.format(
        Locale.ROOT,
        "%-11s %-46s %6s %11s %7s %7s %8s %9s %9s",
        "label",
        "source",
        "rows",
        "destructive",
        "not-all",
        "denied",
        "unparsed",
        "median us",
        "max us");
  }

  /** Whether an answer is what the label asks for; always, where there is no label. */
  public static boolean agrees(Label label, Assessment assessment) {
    return switch (label) {
      case DESTRUCTIVE -> assessment.destructive();
      case BENIGN -> !assessment.destructive();
      case RISKY -> assessment.verdict() != Decision.ALLOW;
      case UNLABELLED -> true;
    };
  }

  /**
   * How far a confidence can be believed: of the rows labelled destructive or benign, those of
   * which the surest irreversible removal has a confidence from {@code from} to under {@code from}
   * + 0.1.
   *
   * @param from the least confidence
   * @param rows how many
   * @param meanConfidence the mean of their confidences
   * @param destructive the share that is labelled destructive
   */
  public record Reliability(double from, int rows, double meanConfidence, double destructive) {}

  /** Counts one row. */
  public void add(Label label, String source, Assessment assessment, Reading reading, long nanos) {
    if (label == Label.DESTRUCTIVE || label == Label.BENIGN) {
      believe(label, assessment);
    }
    tallies
        .computeIfAbsent(new Key(label, source), key -> new Tally())
        .add(assessment, reading, nanos);
  }

  /** The lines: destructive, benign, risky, unlabelled, and in each by source. */
  public List<Line> lines() {
    return tallies.entrySet().stream().map(entry -> entry.getValue().line(entry.getKey())).toList();
  }

  private void believe(Label label, Assessment assessment) {
    double surest =
        assessment.effects().stream()
            .filter(Effect::destructive)
            .mapToDouble(Effect::confidence)
            .max()
            .orElse(0);
    int bucket = (int) Math.min(BUCKETS - 1, Math.floor(surest * BUCKETS + 1e-9));
    surely[bucket]++;
    confidence[bucket] += surest;
    rightly[bucket] += label == Label.DESTRUCTIVE ? 1 : 0;
  }

  /** The reliability of the confidences that occurred, the least first. */
  public List<Reliability> reliability() {
    List<Reliability> all = new ArrayList<>();
    for (int i = 0; i < BUCKETS; i++) {
      if (surely[i] > 0) {
        all.add(
            new Reliability(
                (double) i / BUCKETS,
                surely[i],
                confidence[i] / surely[i],
                (double) rightly[i] / surely[i]));
      }
    }
    return all;
  }

  /** The line of one source. */
  public Line line(Label label, String source) {
    return lines().stream()
        .filter(line -> line.label() == label && line.source().equals(source))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no row is " + label + " of " + source));
  }

  private static final class Tally {
    private int rows;
    private int destructive;
    private int asked;
    private int denied;
    private int unparsed;
    private long[] nanos = new long[64];

    void add(Assessment assessment, Reading reading, long took) {
      if (rows == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * rows);
      }
      nanos[rows++] = took;
      destructive += assessment.destructive() ? 1 : 0;
      asked += assessment.verdict() == Decision.ASK ? 1 : 0;
      denied += assessment.verdict() == Decision.DENY ? 1 : 0;
      unparsed += reading == Reading.UNPARSED ? 1 : 0;
    }

    Line line(Key key) {
      long[] sorted = Arrays.copyOf(nanos, rows);
      Arrays.sort(sorted);
      return new Line(
          key.label(),
          key.source(),
          rows,
          destructive,
          asked,
          denied,
          unparsed,
          sorted[rows / 2] / 1e3,
          sorted[rows - 1] / 1e3);
    }
  }
}
