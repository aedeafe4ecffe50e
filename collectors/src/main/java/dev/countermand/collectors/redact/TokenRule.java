package dev.countermand.collectors.redact;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

/**
 * A token that its own shape gives away. The pattern is matched in linear time, and only in a
 * window around the literal that was hit.
 */
final class TokenRule implements Probe {

  private final String kind;
  private final Pattern pattern;
  private final int back;
  private final int run;
  private final int window;
  private final double entropy;
  private final boolean free;
  private final boolean mixed;
  private final Values values;

  TokenRule(RuleFile.Token rule, Values values) {
    this.kind = rule.kind();
    this.back = rule.back();
    // The explicit anchor lets a failed match end at once instead of walking the window.
    this.pattern = Pattern.compile(back == 0 ? "^(?:" + rule.pattern() + ")" : rule.pattern());
    this.run = rule.run() == 0 ? 6 : rule.run();
    this.window = rule.window() == 0 ? 600 : rule.window();
    this.entropy = rule.entropy();
    this.free = "free".equals(rule.boundary());
    this.mixed = "mixed".equals(rule.needs());
    this.values = values;
  }

  @Override
  public void examine(Scan scan, int start, int end) {
    int from = Math.max(0, start - back);
    int to = Math.min(scan.length(), end + window);
    boolean possible =
        back == 0
            ? startsCleanly(scan, start) && runs(scan, end)
            : touches(scan.at(start - 1)) && touches(scan.at(end));
    if (!possible) {
      return;
    }
    scan.budget.spend(64);
    Matcher matcher = pattern.matcher(new Window(scan.text, from, to));
    boolean matched = back == 0 ? matcher.lookingAt() : matcher.find();
    scan.budget.spend(
        matched ? 4L * matcher.end() : 4L * (back == 0 ? runLength(scan, start, to) : to - from));
    while (matched) {
      int group = group(matcher);
      int s = from + matcher.start(group);
      int e = from + matcher.end(group);
      if (from + matcher.start() <= start && from + matcher.end() >= end) {
        check(scan, s, e, from + matcher.start(), from + matcher.end());
        return;
      }
      matched = back > 0 && matcher.find();
    }
  }

  /** As far as that a pattern that does not match may have looked. */
  private static int runLength(Scan scan, int from, int to) {
    int i = from;
    while (i < to && (Chars.isBase64(scan.at(i)) || "=.%~,-_".indexOf(scan.at(i)) >= 0)) {
      i++;
    }
    return i - from;
  }

  private boolean runs(Scan scan, int from) {
    for (int i = from; i < from + run; i++) {
      char c = scan.at(i);
      if (!Chars.isBase64(c) && "=.%~,".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  /** An anchor inside a token has the token's characters on both sides. */
  private static boolean touches(char c) {
    return Chars.isAlnum(c) || c == '_' || c == '-' || c == '.' || c == '~';
  }

  /** The first group that took part in the match, or the whole match. */
  private static int group(Matcher matcher) {
    for (int i = 1; i <= matcher.groupCount(); i++) {
      if (matcher.start(i) >= 0) {
        return i;
      }
    }
    return 0;
  }

  private void check(Scan scan, int s, int e, int matchStart, int matchEnd) {
    boolean whole = startsCleanly(scan, matchStart) && (free || !Chars.isAlnum(scan.at(matchEnd)));
    if (!whole) {
      return;
    }
    String token = scan.slice(s, e);
    if (token.contains("xxxxxxxx") || (mixed && !Values.isMixedCase(token))) {
      return;
    }
    if (entropy > 0 && (Chars.entropy(token) < entropy || values.isExampleToken(token))) {
      return;
    }
    scan.report(kind, s, e, token, Detection.TOKEN);
  }

  private boolean startsCleanly(Scan scan, int start) {
    return free || !Chars.isAlnum(scan.at(start - 1));
  }

  /** A part of the text as the pattern library wants it, without a copy. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Window(char[] text, int from, int to) implements CharSequence {
    @Override
    public int length() {
      return to - from;
    }

    @Override
    public char charAt(int index) {
      return text[from + index];
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new String(text, from + start, end - start);
    }

    @Override
    public String toString() {
      return new String(text, from, to - from);
    }
  }
}
