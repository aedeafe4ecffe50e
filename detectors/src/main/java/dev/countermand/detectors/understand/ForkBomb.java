package dev.countermand.detectors.understand;

/** A function that calls itself twice through a pipe until the machine stops. */
final class ForkBomb {
  private static final int LOOKS_AT = 400;

  private ForkBomb() {}

  /** Whether a text defines a function whose body pipes the function into itself. */
  static boolean in(String text) {
    int brackets = text.indexOf("()");
    if (brackets <= 0 || brackets > LOOKS_AT) {
      return false;
    }
    int start = brackets;
    while (start > 0 && !Character.isWhitespace(text.charAt(start - 1))) {
      start--;
    }
    String name = text.substring(start, brackets);
    String body = text.substring(brackets, Math.min(text.length(), brackets + LOOKS_AT));
    return !name.isEmpty() && body.replace(" ", "").contains(name + "|" + name + "&");
  }
}
