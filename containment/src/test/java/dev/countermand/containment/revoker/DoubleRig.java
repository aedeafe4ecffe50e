package dev.countermand.containment.revoker;

import dev.countermand.containment.HttpDouble;
import dev.countermand.containment.Providers;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A double of a provider, whose rungs are one call each unless the rig of one says otherwise. */
public abstract class DoubleRig implements HttpRevokerRig, AutoCloseable {
  protected static final Duration TIMEOUT = Duration.ofSeconds(5);

  protected final HttpDouble server;
  protected final Credentials credentials;
  private final Path directory;
  private final AtomicInteger ids = new AtomicInteger(100);

  protected DoubleRig(HttpDouble server, Path directory) {
    this.server = server;
    this.directory = directory;
    this.credentials = new Credentials(directory.resolve("keys"));
  }

  /** What is asked, and how the next call is answered. */
  public final HttpDouble server() {
    return server;
  }

  @Override
  public final Revoker revoker() {
    return revokerAt(server.port(), TIMEOUT);
  }

  @Override
  public final URI provider() {
    return server.address();
  }

  @Override
  public final Target freshTarget() {
    Target target = unknownTarget();
    giveBack(target);
    return target;
  }

  @Override
  public Object description(Target target) {
    return works(target);
  }

  @Override
  public void takePart(Target target) {
    // One call.
  }

  /** A number that no other has. */
  protected final String freshId() {
    return String.valueOf(ids.incrementAndGet());
  }

  /** A secret of the configuration, in a file of its own. */
  protected final Map<String, String> secret(String file, String secret) {
    return Providers.secret(directory.resolve(file), secret);
  }

  /** The value of a key of the handle. */
  protected static String word(Target target, String key) {
    return String.valueOf(target.handle().get(key));
  }

  @Override
  public void close() {
    server.close();
  }
}
