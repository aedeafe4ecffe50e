package dev.countermand.dashboards.evidence;

import dev.countermand.dashboards.evidence.Problem.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lays the records of a log beside the leaves that were signed of it, and names what differs. Both
 * come in order; at most some hundreds of either are held. A record that was moved is known again
 * by its content: its leaf is computed for the place where it was signed. For one thread.
 */
final class Alignment {
  /** How far one looks for what fits again. */
  private static final int WINDOW = 128;

  private static final int MAX_OPEN = 256;

  private final LogName log;
  private final Hasher hasher;
  private final Supplier<@Nullable Actual> source;
  private final Findings findings;
  private final List<Signed> signed = new ArrayList<>();
  private final List<Actual> actual = new ArrayList<>();
  private final List<Signed> missing = new ArrayList<>();
  private final List<Extra> extra = new ArrayList<>();
  private boolean ended;
  private long shift;
  private long verified;

  /** What was signed to stand at an offset. */
  record Signed(long offset, byte[] leaf) {}

  /**
   * What stands there.
   *
   * @param content its hash
   */
  record Actual(long offset, byte[] content) {}

  /** What stands there and was not expected, and the offset at which it would have been signed. */
  private record Extra(long offset, byte[] content, long place) {}

  /** Is told what differs, in no strict order. */
  interface Findings {
    void found(Kind kind, long offset, String text, boolean stands);

    void moved(long from, long to);
  }

  Alignment(LogName log, Hasher hasher, Supplier<@Nullable Actual> source, Findings findings) {
    this.log = log;
    this.hasher = hasher;
    this.source = source;
    this.findings = findings;
  }

  /** The next leaf. */
  void expect(Signed next) {
    signed.add(next);
    if (signed.size() >= 8 * WINDOW) {
      advance(WINDOW);
    }
  }

  /** Settles everything that was expected so far. */
  void settle() {
    advance(0);
    resolve();
  }

  /** How many records stand where they were signed, unchanged. */
  long verified() {
    return verified;
  }

  /** The next record beyond what was expected; null at the end. */
  @Nullable Actual beyond() {
    fill(1);
    return actual.isEmpty() ? null : actual.remove(0);
  }

  private void advance(int keep) {
    int s = 0;
    int a = 0;
    while (signed.size() - s > keep) {
      if (a > 4 * WINDOW) {
        actual.subList(0, a).clear();
        a = 0;
      }
      fill(a + 1);
      Signed head = signed.get(s);
      if (a >= actual.size()) {
        missing(head);
        s++;
        continue;
      }
      Actual stands = actual.get(a);
      if (fits(stands, head)) {
        fitted(stands, head);
        s++;
        a++;
      } else if (stands.offset() > head.offset() + shift) {
        missing(head);
        s++;
      } else if (stands.offset() < head.offset() + shift) {
        extra(stands);
        a++;
      } else {
        fill(a + WINDOW);
        int[] skip = again(s, a);
        for (int i = 0; i < skip[0]; i++) {
          missing(signed.get(s++));
        }
        for (int i = 0; i < skip[1]; i++) {
          extra(actual.get(a++));
        }
      }
    }
    signed.subList(0, s).clear();
    actual.subList(0, a).clear();
  }

  /** How many of each to pass over until they fit again, as few as can be. */
  private int[] again(int s, int a) {
    int most = Math.min(WINDOW, signed.size() - s);
    int there = Math.min(WINDOW, actual.size() - a);
    for (int cost = 1; cost < most + there; cost++) {
      for (int i = Math.max(0, cost - there + 1); i <= Math.min(cost, most - 1); i++) {
        if (fits(actual.get(a + cost - i), signed.get(s + i))) {
          return new int[] {i, cost - i};
        }
      }
    }
    int both = Math.min(most, there);
    return new int[] {both, both};
  }

  private boolean fits(Actual stands, Signed was) {
    return Arrays.equals(hasher.leaf(log, was.offset(), stands.content()), was.leaf());
  }

  private void fitted(Actual stands, Signed was) {
    shift = stands.offset() - was.offset();
    if (shift == 0) {
      verified++;
    } else {
      findings.moved(was.offset(), stands.offset());
    }
  }

  private void missing(Signed one) {
    missing.add(one);
    if (missing.size() >= MAX_OPEN) {
      resolve();
    }
  }

  private void extra(Actual one) {
    extra.add(new Extra(one.offset(), one.content(), one.offset() - shift));
    if (extra.size() >= MAX_OPEN) {
      resolve();
    }
  }

  /** What is missing here may stand there; what stands in its place has changed it. */
  private void resolve() {
    for (Iterator<Extra> here = extra.iterator(); here.hasNext(); ) {
      Extra stands = here.next();
      for (Iterator<Signed> there = missing.iterator(); there.hasNext(); ) {
        Signed was = there.next();
        if (fits(new Actual(stands.offset(), stands.content()), was)) {
          findings.moved(was.offset(), stands.offset());
          here.remove();
          there.remove();
          break;
        }
      }
    }
    for (Extra stands : extra) {
      boolean instead = missing.removeIf(was -> was.offset() == stands.place());
      if (instead) {
        findings.found(
            Kind.CHANGED, stands.offset(), "another record stands here than was signed", true);
      } else {
        findings.found(Kind.INSERTED, stands.offset(), "no such record was signed", true);
      }
    }
    missing.forEach(
        was ->
            findings.found(
                Kind.REMOVED, was.offset(), "the record that was signed is gone", false));
    extra.clear();
    missing.clear();
  }

  private void fill(int count) {
    while (!ended && actual.size() < count) {
      Actual next = source.get();
      if (next == null) {
        ended = true;
      } else {
        actual.add(next);
      }
    }
  }
}
