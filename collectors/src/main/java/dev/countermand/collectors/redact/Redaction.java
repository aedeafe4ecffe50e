package dev.countermand.collectors.redact;

import java.util.List;

/**
 * A text after redaction.
 *
 * @param text the text with every secret replaced; when the status is FAILED, a constant that says
 *     so, and never a part of the original
 * @param secrets what was replaced, in order of position
 * @param status whether the whole text was examined
 */
public record Redaction(String text, List<Secret> secrets, Status status) {

  /** Whether the input was examined completely. */
  public enum Status {
    /** Everything was examined. */
    COMPLETE,
    /** A budget was exceeded or the redactor failed: the affected text was withheld. */
    FAILED
  }

  public Redaction {
    secrets = List.copyOf(secrets);
  }

  /** Returns the withheld form of a text that could not be examined. */
  static Redaction failed(String reason) {
    return new Redaction("[[redaction-failed:" + reason + "]]", List.of(), Status.FAILED);
  }
}
