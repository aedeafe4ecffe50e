package dev.countermand.containment.signals;

/**
 * A request of a receiver that cannot be done: an HTTP status, a stable code and a sentence that
 * never quotes the request.
 */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  Refusal(int status, String code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }
}
