package dev.countermand.embedded;

/**
 * An embedded server could not be started or kept: a stable code for programs and a sentence for
 * people that says what to do.
 *
 * <p>Codes: {@code PORT_TAKEN}, {@code DISK_FULL}, {@code DATA_DIRECTORY}, {@code SETPRIV_MISSING},
 * {@code SERVER_FILES_MISSING}, {@code SERVER_DID_NOT_START}, {@code INTERRUPTED}.
 */
public final class EmbeddedServerException extends RuntimeException {
  private final String code;

  public EmbeddedServerException(String code, String message) {
    super(message);
    this.code = code;
  }

  public EmbeddedServerException(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** The stable code: upper-case words joined by underscores. */
  public String code() {
    return code;
  }
}
