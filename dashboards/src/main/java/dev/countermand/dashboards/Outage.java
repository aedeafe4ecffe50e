package dev.countermand.dashboards;

import java.time.Duration;

/** Back-off of one outage: doubles from 200 ms to 10 s. For one thread. */
final class Outage {
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private Duration next = FIRST;
  private boolean reported;

  /** Whether this is the first time it is asked: the moment to report it. */
  boolean begins() {
    boolean first = !reported;
    reported = true;
    return first;
  }

  /** Whether it was reported, and so its end must be. */
  boolean ends() {
    return reported;
  }

  /** How long to wait before the next attempt. */
  Duration next() {
    Duration now = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    return now;
  }
}
