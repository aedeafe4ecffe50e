package dev.countermand.containment.revoker;

import java.util.Map;

/**
 * Takes credentials away at one provider. Every method may be called again after a crash, by
 * another process, and for several targets at once: implementations are thread-safe and idempotent,
 * and each call ends within about the timeout of the provider's configuration. None lets a secret
 * into a message.
 *
 * <p>Every method throws {@link RevokerException}: retryable when the provider is away, slow or
 * busy, final when trying again cannot help, refused when the target must not be touched.
 */
public interface Revoker extends AutoCloseable {

  /**
   * Looks, without effect, whether the provider answers and accepts the configured login; what it
   * costs to be ready is paid here, and not by the first order.
   */
  void check();

  /** Looks, without effect, what the target is before it is taken away. */
  Plan plan(Target target);

  /**
   * Asks the provider to take the target away. Also succeeds when that was done before.
   *
   * @return what the provider answered; it proves nothing yet
   */
  String execute(Target target);

  /** Looks whether the target still works, preferably by using it. */
  Proof verify(Target target);

  /**
   * Gives the target back as it was.
   *
   * @param prior what {@link #plan} returned before the target was taken away, even when the
   *     credential is no longer registered
   */
  Restoration undo(Target target, Map<String, String> prior);

  /** Lets go of connections. */
  @Override
  default void close() {}
}
