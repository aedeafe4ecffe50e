package dev.countermand.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Synthetic agents that delete things, as times in seconds since the beginning of their first day.
 * The same seed gives the same times.
 */
enum DetectSeries {
  /** Two a minute, at all times. */
  STEADY("steady, 2 a minute") {
    @Override
    double perMinute(double second, double days, boolean on) {
      return 2;
    }
  },
  /** Some minutes of twelve, then some twenty minutes of nothing. */
  BURSTY("bursts of 12 a minute") {
    @Override
    double perMinute(double second, double days, boolean on) {
      return on ? 12 : 0;
    }
  },
  /** Six a minute in office hours, one in five minutes else. */
  DAILY("6 a minute by day, 0.2 by night") {
    @Override
    double perMinute(double second, double days, boolean on) {
      double hour = second % DAY / 3_600;
      return hour >= 9 && hour < 17 ? 6 : 0.2;
    }
  },
  /** Slowly from two a minute to four. */
  DRIFT("slowly from 2 to 4 a minute") {
    @Override
    double perMinute(double second, double days, boolean on) {
      return 2 + 2 * second / (days * DAY);
    }
  };

  static final int DAY = 86_400;
  private static final double MOST_PER_SECOND = 12.0 / 60;
  private static final double ON_SECONDS = 180;
  private static final double OFF_SECONDS = 1_200;

  private final String text;

  DetectSeries(String text) {
    this.text = text;
  }

  abstract double perMinute(double second, double days, boolean on);

  String text() {
    return text;
  }

  /** The times of so many days, in order (a Poisson process of varying rate, by thinning). */
  List<Double> times(long seed, int days) {
    Random random = new Random(seed * 31 + ordinal());
    List<Double> times = new ArrayList<>();
    boolean on = false;
    double turns = 0;
    for (double at = wait(random, 1 / MOST_PER_SECOND);
        at < (double) days * DAY;
        at += wait(random, 1 / MOST_PER_SECOND)) {
      while (at >= turns) {
        on = !on;
        turns += wait(random, on ? ON_SECONDS : OFF_SECONDS);
      }
      if (random.nextDouble() < perMinute(at, days, on) / 60 / MOST_PER_SECOND) {
        times.add(at);
      }
    }
    return times;
  }

  private static double wait(Random random, double mean) {
    return -mean * Math.log(1 - random.nextDouble());
  }
}
