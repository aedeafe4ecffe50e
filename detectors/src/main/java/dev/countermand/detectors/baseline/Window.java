package dev.countermand.detectors.baseline;

/** The times over which an agent's activity is counted. */
public enum Window {
  TEN_SECONDS(10, "10 s"),
  MINUTE(60, "minute"),
  HOUR(3_600, "hour");

  private final int seconds;
  private final String text;

  Window(int seconds, String text) {
    this.seconds = seconds;
    this.text = text;
  }

  /** Its length. */
  public int seconds() {
    return seconds;
  }

  /** As it stands in a sentence after "within the last". */
  public String text() {
    return text;
  }
}
