package dev.countermand.runtime;

import org.jspecify.annotations.Nullable;

/**
 * Something a person has to know of: a stable code to search for, and a message that says what
 * happened, to which thing, and what to do. The message never holds a secret.
 */
public final class CountermandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * @param code upper-case words joined by {@code _}; never changes once released
   * @param message sentences: what happened, to which thing, what to do
   */
  public CountermandException(String code, String message) {
    this(code, message, null);
  }

  /**
   * @param code upper-case words joined by {@code _}; never changes once released
   * @param message sentences: what happened, to which thing, what to do
   * @param cause what led to it; its message must hold no secret either
   */
  public CountermandException(String code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** The stable code. */
  public String code() {
    return code;
  }
}
