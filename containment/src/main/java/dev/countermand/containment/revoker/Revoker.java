package dev.countermand.containment.revoker;

import dev.countermand.model.Rung;
import java.util.Map;
import java.util.Set;

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
   * How far this provider can take a credential away; never {@link Rung#PAUSE}, which no provider
   * is asked for. {@link Rung#NARROW} and {@link Rung#SUSPEND} can be given back, {@link
   * Rung#REVOKE} cannot. {@link Target#rung} of what the other methods get is one of these.
   */
  Set<Rung> rungs();

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

  /**
   * Looks whether the target can still do what its rung takes away, preferably by trying it: one
   * that is narrowed is {@code DEAD} when it can change nothing.
   */
  Proof verify(Target target);

  /**
   * Gives the target back as it was, from whatever rungs it was taken to.
   *
   * @param prior what {@link #plan} returned before the target was taken away, even when the
   *     credential is no longer registered. When it was taken to one rung after another, all of
   *     them put together, the earliest value of a key winning; what a plan of one rung did not
   *     name was not done by it
   */
  Restoration undo(Target target, Map<String, String> prior);

  /** Lets go of connections. */
  @Override
  default void close() {}
}
