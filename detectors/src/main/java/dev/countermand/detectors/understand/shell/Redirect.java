package dev.countermand.detectors.understand.shell;

/**
 * A redirection.
 *
 * @param operator without the file descriptor: {@code >}, {@code >>}, {@code >|}, {@code &>},
 *     {@code <}, {@code <>}, {@code >&}, {@code <&}
 * @param target the file or descriptor
 */
public record Redirect(String operator, Word target) {

  /** Whether it empties the target before anything is written. */
  public boolean truncates() {
    return operator.equals(">") || operator.equals(">|") || operator.equals("&>");
  }
}
