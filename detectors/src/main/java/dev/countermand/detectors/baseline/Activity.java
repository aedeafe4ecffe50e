package dev.countermand.detectors.baseline;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/**
 * How often one agent did each {@link Feature} within the last 10 s, minute and hour, and which
 * bursts were told of. Immutable.
 *
 * <p>Counts lie in two rings for each feature: twelve steps of five seconds and twelve of five
 * minutes. A window ends with the newest step that was counted, so it spans between one step less
 * than its length and its length: what is counted is never more than what there was. Time is event
 * time; counts that come late join their own step, those older than the ring are not counted. In
 * whatever order the same counts come, the result is the same.
 */
public final class Activity {
  /** The activity of an agent that did nothing yet. */
  public static final Activity NONE = new Activity(0, new Series[0]);

  /** Most that is counted within one step. */
  public static final int MAX_COUNT = 1_000_000;

  /** How long a burst has to be over before the next is one of its own. */
  public static final int QUIET_SECONDS = 600;

  private static final int STEP = 5;
  private static final int PLACES = 12;
  private static final int COARSE = 60;
  private static final int QUIET = QUIET_SECONDS / STEP;
  private static final int TOLD_AGAIN = 3_600 / STEP;
  private static final byte VERSION = 1;
  private static final int MAX_VARINTS = 32;
  private static final int VARINT = 10;
  private static final Feature[] FEATURES = Feature.values();

  /** Of one feature; the last place of a ring is that of the newest step. */
  private record Series(int[] fine, int[] coarse, int level, long told, long last) {
    private static final Series EMPTY = new Series(new int[PLACES], new int[PLACES], 0, 0, 0);

    boolean isEmpty() {
      return level == 0 && sum(fine, PLACES) == 0 && sum(coarse, PLACES) == 0;
    }

    Series advanced(long from, long to) {
      int[] steps = shifted(fine, to - from);
      int[] longer = shifted(coarse, Math.floorDiv(to, COARSE) - Math.floorDiv(from, COARSE));
      return level != 0 && to - last > QUIET
          ? new Series(steps, longer, 0, 0, 0)
          : new Series(steps, longer, level, told, last);
    }

    private static int[] shifted(int[] ring, long by) {
      int[] moved = new int[PLACES];
      if (by < PLACES) {
        System.arraycopy(ring, (int) by, moved, 0, PLACES - (int) by);
      }
      return moved;
    }
  }

  private final long step;
  private final Series[] series;

  /** One for each feature; missing ones at the end and null are empty. */
  private Activity(long step, Series[] series) {
    this.step = step;
    this.series = series;
  }

  /**
   * The activity after something was done at an instant, so many times each. Where nothing was,
   * time goes on all the same.
   */
  public Activity plus(Instant time, Map<Feature, Long> counts) {
    long at = Math.floorDiv(time.getEpochSecond(), STEP);
    if (counts.isEmpty() && (series.length == 0 || at <= step)) {
      return this;
    }
    long newest = series.length == 0 ? at : Math.max(step, at);
    Series[] after = new Series[FEATURES.length];
    for (Feature feature : FEATURES) {
      int ordinal = feature.ordinal();
      Long counted = counts.get(feature);
      long count = counted == null ? 0 : counted;
      if (count <= 0 && (ordinal >= series.length || series[ordinal] == null)) {
        continue;
      }
      Series advanced = of(feature).advanced(step, newest);
      if (count > 0) {
        add(advanced.fine(), newest - at, count);
        add(advanced.coarse(), Math.floorDiv(newest, COARSE) - Math.floorDiv(at, COARSE), count);
      }
      after[ordinal] = advanced;
    }
    return new Activity(newest, after);
  }

  private static void add(int[] ring, long ago, long count) {
    if (ago < PLACES) {
      int place = PLACES - 1 - (int) ago;
      ring[place] = (int) Math.min(MAX_COUNT, ring[place] + count);
    }
  }

  /** How often a feature was seen within the window that ends with the newest step. */
  public long seen(Feature feature, Window window) {
    Series of = of(feature);
    return switch (window) {
      case TEN_SECONDS -> sum(of.fine(), window.seconds() / STEP);
      case MINUTE -> sum(of.fine(), PLACES);
      case HOUR -> sum(of.coarse(), PLACES);
    };
  }

  /**
   * The activity with what its counts mean. A burst is told of when it begins, when it becomes
   * graver, and once an hour while it goes on.
   *
   * @param level how grave the burst is that the feature is in; 0 for none
   */
  public Activity judged(Feature feature, int level) {
    if (level == 0) {
      return this;
    }
    Series known = of(feature);
    boolean news = level > known.level() || step - known.told() >= TOLD_AGAIN;
    Series[] after = Arrays.copyOf(series, FEATURES.length);
    after[feature.ordinal()] =
        new Series(
            known.fine(),
            known.coarse(),
            Math.max(level, known.level()),
            news ? step : known.told(),
            step);
    return new Activity(step, after);
  }

  /** Whether a burst of the feature is told of now and was not before. */
  public boolean tells(Feature feature, Activity before) {
    Series now = of(feature);
    Series then = before.of(feature);
    return now.level() > 0 && (now.level() != then.level() || now.told() != then.told());
  }

  /** Whether a burst of any feature is told of now and was not before. */
  public boolean tells(Activity before) {
    for (Feature feature : FEATURES) {
      if (tells(feature, before)) {
        return true;
      }
    }
    return false;
  }

  /** How grave the burst was called that the feature is in; 0 for none. */
  public int level(Feature feature) {
    return of(feature).level();
  }

  private Series of(Feature feature) {
    int at = feature.ordinal();
    Series found = at < series.length ? series[at] : null;
    return found == null ? Series.EMPTY : found;
  }

  private static long sum(int[] ring, int places) {
    long sum = 0;
    for (int i = PLACES - places; i < PLACES; i++) {
      sum += ring[i];
    }
    return sum;
  }

  /**
   * As text: base64 of variable-length integers, only of what is not zero. Empty for no activity;
   * 1.5 KB at most, and some 60 characters for an agent that does two things now and then.
   */
  public String encode() {
    if (series.length == 0) {
      return "";
    }
    int active = 0;
    for (Series one : series) {
      active += one == null || one.isEmpty() ? 0 : 1;
    }
    ByteBuffer out = ByteBuffer.allocate((1 + active) * MAX_VARINTS * VARINT);
    out.put(VERSION);
    write(out, step);
    for (Feature feature : FEATURES) {
      Series one = of(feature);
      if (!one.isEmpty()) {
        write(out, feature.ordinal());
        write(out, one.fine());
        write(out, one.coarse());
        write(out, one.level());
        if (one.level() > 0) {
          write(out, step - one.told());
          write(out, step - one.last());
        }
      }
    }
    return Base64.getEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOf(out.array(), out.position()));
  }

  /**
   * Reads what {@link #encode} wrote. What another version wrote, or nobody, is no activity: what
   * is counted begins anew, and the agent is scored all the same.
   */
  public static Activity decode(String text) {
    if (text.isEmpty()) {
      return NONE;
    }
    try {
      ByteBuffer in = ByteBuffer.wrap(Base64.getDecoder().decode(text));
      if (in.get() != VERSION) {
        return NONE;
      }
      long step = readLong(in);
      Series[] series = new Series[FEATURES.length];
      while (in.hasRemaining()) {
        int feature = (int) readLong(in);
        int[] fine = readRing(in);
        int[] coarse = readRing(in);
        int level = (int) readLong(in);
        series[feature] =
            level > 0
                ? new Series(fine, coarse, level, step - readLong(in), step - readLong(in))
                : new Series(fine, coarse, 0, 0, 0);
      }
      return new Activity(step, series);
    } catch (IllegalArgumentException
        | BufferUnderflowException
        | ArrayIndexOutOfBoundsException e) {
      return NONE;
    }
  }

  private static void write(ByteBuffer out, int[] ring) {
    int used = 0;
    for (int i = 0; i < PLACES; i++) {
      used |= ring[i] > 0 ? 1 << (PLACES - 1 - i) : 0;
    }
    write(out, used);
    for (int count : ring) {
      if (count > 0) {
        write(out, count);
      }
    }
  }

  private static int[] readRing(ByteBuffer in) {
    long used = readLong(in);
    int[] ring = new int[PLACES];
    for (int i = 0; i < PLACES; i++) {
      if ((used >> (PLACES - 1 - i) & 1) == 1) {
        ring[i] = (int) readLong(in);
      }
    }
    return ring;
  }

  /** Seven bits a byte, the lowest first, as in Protocol Buffers. */
  private static void write(ByteBuffer out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.put((byte) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  private static long readLong(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte one = in.get();
      value |= (long) (one & 0x7F) << shift;
      if (one >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("an integer of more than ten bytes");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Activity activity && activity.encode().equals(encode());
  }

  @Override
  public int hashCode() {
    return encode().hashCode();
  }

  @Override
  public String toString() {
    return encode();
  }
}
