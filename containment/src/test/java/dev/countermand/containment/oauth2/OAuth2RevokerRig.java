package dev.countermand.containment.oauth2;

import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.HttpRevokerRig;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.Target;
import dev.countermand.runtime.http.HttpCaller;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** An authorization server with a client that may revoke. */
final class OAuth2RevokerRig implements HttpRevokerRig, AutoCloseable {
  final AuthorizationServer server = new AuthorizationServer();
  final Credentials credentials;
  private final Path directory;

  OAuth2RevokerRig(Path directory) {
    this.directory = directory;
    credentials = new Credentials(directory.resolve("keys"));
  }

  @Override
  public Revoker revoker() {
    return revokerAt(server.port(), Duration.ofSeconds(5));
  }

  @Override
  public Revoker revokerAt(int port, Duration timeout) {
    URI base = URI.create("http://127.0.0.1:" + port + "/");
    return create(base.resolve("revoke"), base.resolve("introspect"), timeout);
  }

  Revoker create(URI revocation, URI introspection, Duration timeout) {
    return new OAuth2RevokerFactory()
        .create(
            "auth",
            Providers.of(
                "oauth2",
                timeout,
                Map.of(
                    "revocation-endpoint", revocation.toString(),
                    "introspection-endpoint", introspection.toString(),
                    "client-id", AuthorizationServer.CLIENT,
                    "client-secret",
                        Providers.secret(
                            directory.resolve("client.secret"), AuthorizationServer.SECRET))),
            new HttpCaller(timeout));
  }

  @Override
  public URI provider() {
    return server.revocation();
  }

  @Override
  public boolean changesSomething(String method, String path, String body) {
    return path.equals("/revoke");
  }

  @Override
  public Target freshTarget() {
    Target target = unknownTarget();
    giveBack(target);
    return target;
  }

  @Override
  public Target unknownTarget() {
    return credentials.target(
        credentials.of("token", "oauth2-token", "auth", Map.of(), Credentials.freshSecret()));
  }

  @Override
  public boolean works(Target target) {
    return server.isActive(target.secret().orElseThrow());
  }

  @Override
  public Object description(Target target) {
    return works(target);
  }

  @Override
  public void takePart(Target target) {
    // One call.
  }

  @Override
  public void giveBack(Target target) {
    server.issue(target.secret().orElseThrow());
  }

  @Override
  public void close() {
    server.close();
  }
}
