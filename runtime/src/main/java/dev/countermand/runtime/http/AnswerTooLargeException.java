package dev.countermand.runtime.http;

import java.io.IOException;

/** An answer was given up because it is larger than what is read of one. */
public final class AnswerTooLargeException extends IOException {
  private static final long serialVersionUID = 1L;

  AnswerTooLargeException(int limit) {
    super("the answer is larger than " + limit + " bytes");
  }
}
