package dev.countermand.collectors.redact;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds registered secrets that no pattern knows: cuts the text at delimiters and asks for the
 * fingerprint of every piece that is as long as a registered secret may be. Pieces with a digit or
 * mixed case are asked first, because the number of fingerprints per event is bounded.
 */
final class KnownSecrets {

  private static final int MIN = 8;

  /** The longest piece that is asked for. */
  static final int MAX = 512;

  private static final int MAX_CUTS = 10;

  private final Fingerprints fingerprints;
  private final RegisteredSecrets registered;

  KnownSecrets(Fingerprints fingerprints, RegisteredSecrets registered) {
    this.fingerprints = fingerprints;
    this.registered = registered;
  }

  /** What one event has asked already. */
  static final class Asked {
    private final Map<String, Boolean> pieces = new HashMap<>();
  }

  void find(Scan scan, Asked asked) {
    pass(scan, asked, Likely.RANDOM);
    pass(scan, asked, Likely.PLAIN);
  }

  private enum Likely {
    RANDOM,
    PLAIN
  }

  private void pass(Scan scan, Asked asked, Likely wanted) {
    int i = 0;
    while (i < scan.length()) {
      if (isOuter(scan.at(i))) {
        i++;
        continue;
      }
      int end = i;
      while (end < scan.length() && !isOuter(scan.at(end))) {
        end++;
      }
      if (end - i >= MIN) {
        pieces(scan, i, end, asked, wanted);
      }
      i = end;
    }
  }

  /** Every stretch between two inner cuts: a token may hold any of these characters itself. */
  private void pieces(Scan scan, int from, int to, Asked asked, Likely wanted) {
    int[] cuts = new int[MAX_CUTS + 2];
    int count = 0;
    cuts[count++] = from;
    for (int i = from; i < to && count <= MAX_CUTS; i++) {
      if (isInner(scan.at(i))) {
        cuts[count++] = i + 1;
      }
    }
    cuts[count++] = to + 1;
    int[] ends = Arrays.copyOf(cuts, count);
    for (int a = 0; a < count - 1; a++) {
      for (int b = count - 1; b > a; b--) {
        ask(scan, ends[a], ends[b] - 1, asked, wanted);
      }
    }
  }

  private void ask(Scan scan, int from, int to, Asked asked, Likely wanted) {
    int length = to - from;
    if (length < MIN
        || length > MAX
        || !registered.mayHaveLength(length)
        || isLikely(scan, from, to) != wanted) {
      return;
    }
    String piece = scan.slice(from, to);
    Boolean before = asked.pieces.get(piece);
    if (before == null) {
      if (!scan.budget.takeCandidate()) {
        return;
      }
      before = isRegistered(fingerprints.of(piece));
      asked.pieces.put(piece, before);
    }
    if (before) {
      scan.report("registered", from, to, Detection.REGISTERED);
    }
  }

  private boolean isRegistered(Fingerprint fingerprint) {
    String previous = fingerprint.previous();
    return registered.has(fingerprint.value()) || (previous != null && registered.has(previous));
  }

  private static Likely isLikely(Scan scan, int from, int to) {
    boolean digit = false;
    boolean upper = false;
    boolean lower = false;
    for (int i = from; i < to; i++) {
      char c = scan.at(i);
      digit |= Chars.isDigit(c);
      upper |= Chars.isUpper(c);
      lower |= Chars.isLower(c);
    }
    return (digit && (upper || lower)) || (upper && lower) ? Likely.RANDOM : Likely.PLAIN;
  }

  private static boolean isOuter(char c) {
    return c <= ' ' || c == '"' || c == '\'' || c == '`' || c == '<' || c == '>' || c == '('
        || c == ')' || c == '{' || c == '}' || c == '[' || c == ']' || c == ',' || c == ';'
        || c == '|' || c == '\\';
  }

  private static boolean isInner(char c) {
    return c == '=' || c == ':' || c == '@' || c == '/' || c == '?' || c == '&' || c == '#'
        || c == '%' || c == '.' || c == '!';
  }
}
