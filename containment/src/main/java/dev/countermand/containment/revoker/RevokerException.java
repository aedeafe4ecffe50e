package dev.countermand.containment.revoker;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A provider did not do what it was asked to. The message is a sentence for an operator and holds
 * no secret; there is never a cause, because the cause's message might.
 */
public final class RevokerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final transient @Nullable Duration retryAfter;
  private final boolean isTooLarge;

  /** What can be done about it. */
  public enum Kind {
    /** Trying again may help: the provider is away, slow or busy. */
    RETRYABLE,
    /** Trying again at once cannot help: somebody has to change something. */
    FINAL,
    /** The target must not be touched. */
    REFUSED
  }

  private RevokerException(Kind kind, String message, @Nullable Duration retryAfter) {
    this(kind, message, retryAfter, false);
  }

  private RevokerException(
      Kind kind, String message, @Nullable Duration retryAfter, boolean isTooLarge) {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
    this.isTooLarge = isTooLarge;
  }

  /** Trying again may help. */
  public static RevokerException retryable(String message) {
    return new RevokerException(Kind.RETRYABLE, message, null);
  }

  /** Trying again may help, but the provider asked for a pause. */
  public static RevokerException retryable(String message, Duration after) {
    return new RevokerException(Kind.RETRYABLE, message, after);
  }

  /** The provider answered with more than is read of an answer; a smaller question may help. */
  public static RevokerException tooLarge(String message) {
    return new RevokerException(Kind.RETRYABLE, message, null, true);
  }

  /** Somebody has to change something first. */
  public static RevokerException fatal(String message) {
    return new RevokerException(Kind.FINAL, message, null);
  }

  /** The target must not be touched. */
  public static RevokerException refused(String message) {
    return new RevokerException(Kind.REFUSED, message, null);
  }

  /** What can be done about it. */
  public Kind kind() {
    return kind;
  }

  /** Whether the answer was larger than is read of one. */
  public boolean isTooLarge() {
    return isTooLarge;
  }

  /** The pause that the provider asked for. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
