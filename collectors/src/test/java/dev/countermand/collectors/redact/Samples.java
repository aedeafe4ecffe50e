package dev.countermand.collectors.redact;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.Random;

/** Fills the {@code {{B36}}} of a case with characters, the same ones on every run. */
final class Samples {

  private static final Pattern BLANK = Pattern.compile("\\{\\{([A-Z])([0-9]+)\\}\\}");

  private Samples() {}

  static String fill(String template) {
    Random random = new Random(template.hashCode());
    StringBuilder out = new StringBuilder();
    Matcher blank = BLANK.matcher(template);
    int copied = 0;
    while (blank.find()) {
      out.append(template, copied, blank.start());
      out.append(draw(random, alphabet(blank.group(1)), Integer.parseInt(blank.group(2))));
      copied = blank.end();
    }
    return out.append(template.substring(copied)).toString();
  }

  /** A token with digits, upper and lower case, as a careful issuer draws it. */
  static String token(long seed, int length) {
    return draw(new Random(seed), alphabet("B"), length - 3) + "a7Z";
  }

  private static String draw(Random random, String alphabet, int count) {
    StringBuilder out = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      out.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return out.toString();
  }

  private static String alphabet(String name) {
    String digits = "0123456789";
    String lower = "abcdefghijklmnopqrstuvwxyz";
    String upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return switch (name) {
      case "B" -> digits + lower + upper;
      case "H" -> "0123456789abcdef";
      case "U" -> digits + lower + upper + lower + upper + "_-";
      case "D" -> digits;
      case "L" -> lower + upper;
      case "N" -> digits + lower;
      case "C" -> digits + upper;
      case "A" -> upper + "234567";
      case "S" -> digits + lower + upper + "+/";
      default -> throw new IllegalArgumentException("unknown alphabet " + name);
    };
  }
}
