package dev.countermand.containment.github;

import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.DoubleRig;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.http.HttpCaller;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A double of GitHub with a revoker that is an app. */
abstract class GitHubRig extends DoubleRig {
  final GitHubDouble github;
  private final RevokerFactory factory;

  GitHubRig(RevokerFactory factory, Path directory) {
    this(factory, directory, new GitHubDouble());
  }

  private GitHubRig(RevokerFactory factory, Path directory, GitHubDouble github) {
    super(github.server, directory);
    this.github = github;
    this.factory = factory;
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
                secret("app.pem", pem))),
        new HttpCaller(timeout));
  }

  Revoker withoutApp() {
    return factory.create(
        "code",
        Providers.of(factory.type(), TIMEOUT, Map.of("url", server.address().toString())),
        new HttpCaller(TIMEOUT));
  }

  /** An app gets a token of its own by a call that takes nothing away. */
  @Override
  public boolean changesSomething(String method, String path, String body) {
    return !method.equals("GET") && !path.endsWith("/access_tokens");
  }
}
