package dev.countermand.detectors;

/** Text of agents on its way into a sentence for people. */
public final class Text {
  private Text() {}

  /**
   * One line of at most {@code max} characters: control characters become spaces, so that nothing
   * an agent writes can start a line or colour a terminal.
   */
  public static String line(String text, int max) {
    StringBuilder line = new StringBuilder(Math.min(text.length(), max));
    for (int i = 0; i < text.length() && line.length() < max; i++) {
      char c = text.charAt(i);
      line.append(unprintable(c) ? ' ' : c);
    }
    if (text.length() > max && max > 0) {
      line.setCharAt(max - 1, '…');
    }
    return line.toString();
  }

  private static boolean unprintable(char c) {
    int type = Character.getType(c);
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.SURROGATE;
  }
}
