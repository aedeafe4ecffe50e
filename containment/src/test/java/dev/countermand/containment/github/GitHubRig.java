package dev.countermand.containment.github;

import dev.countermand.containment.HttpDouble;
import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.HttpRevokerRig;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.containment.revoker.Target;
import dev.countermand.runtime.http.HttpCaller;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A double of GitHub with a revoker that is an app. */
abstract class GitHubRig implements HttpRevokerRig, AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  final GitHubDouble github = new GitHubDouble();
  final HttpDouble server = github.server;
  final Credentials credentials;
  private final AtomicInteger ids = new AtomicInteger(100);
  private final RevokerFactory factory;
  private final Path directory;

  GitHubRig(RevokerFactory factory, Path directory) {
    this.factory = factory;
    this.directory = directory;
    this.credentials = new Credentials(directory.resolve("keys"));
  }

  @Override
  public Revoker revoker() {
    return revokerAt(server.port(), TIMEOUT);
  }

  @Override
  public Revoker revokerAt(int port, Duration timeout) {
    return create(port, timeout, GitHubDouble.pem());
  }

  Revoker create(int port, Duration timeout, String pem) {
    return factory.create(
        "code",
        Providers.of(
            factory.type(),
            timeout,
            Map.of(
                "url",
                "http://127.0.0.1:" + port,
                "client-id",
                GitHubDouble.CLIENT,
                "client-secret",
                Providers.secret(directory.resolve("app.pem"), pem))),
        new HttpCaller(timeout));
  }

  Revoker withoutApp() {
    return factory.create(
        "code",
        Providers.of(factory.type(), TIMEOUT, Map.of("url", server.address().toString())),
        new HttpCaller(TIMEOUT));
  }

  @Override
  public URI provider() {
    return server.address();
  }

  /** An app gets a token of its own by a call that takes nothing away. */
  @Override
  public boolean changesSomething(String method, String path, String body) {
    return !method.equals("GET") && !path.endsWith("/access_tokens");
  }

  @Override
  public Target freshTarget() {
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

  /** An id that no other has. */
  String freshId() {
    return String.valueOf(ids.incrementAndGet());
  }

  @Override
  public void close() {
    github.close();
  }
}
