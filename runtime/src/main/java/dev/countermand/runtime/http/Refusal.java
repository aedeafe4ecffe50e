package dev.countermand.runtime.http;

/**
 * A request that cannot be taken: an HTTP status, a stable code and a sentence. The sentence never
 * quotes the request, which may hold a secret.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  /**
   * @param status the HTTP status
   * @param code upper-case words joined by {@code _}; never changes once released
   * @param message a sentence: what is wrong and what to do
   */
  public Refusal(int status, String code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The stable code. */
  public String code() {
    return code;
  }

  /** The sentence. */
  public String message() {
    return String.valueOf(getMessage());
  }
}
