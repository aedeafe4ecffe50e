package dev.countermand.containment.openbao;

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
import java.util.HashMap;
import java.util.Map;

/** A real OpenBao with a revoker whose token has the policy of the documentation, no more. */
abstract class VaultRig implements HttpRevokerRig, AutoCloseable {
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  final OpenBao server = new OpenBao();
  private final Path directory;
  private final RevokerFactory factory;
  private final Credentials credentials;
  private final String own;

  VaultRig(Path directory, RevokerFactory factory, String policy) {
    this.directory = directory;
    this.factory = factory;
    this.credentials = new Credentials(directory.resolve("keys"));
    this.own =
        server.token("{'policies':['" + policy + "'],'period':'1h'}").path("client_token").asText();
  }

  /** The revoker's own token. */
  final String own() {
    return own;
  }

  @Override
  public final Revoker revoker() {
    return revokerOf(own);
  }

  /** One with another token. */
  final Revoker revokerOf(String token) {
    return create(server.address().getPort(), TIMEOUT, token, Map.of());
  }

  /** One with another token, of a namespace. */
  final Revoker revokerOf(String token, String namespace) {
    return create(server.address().getPort(), TIMEOUT, token, Map.of("namespace", namespace));
  }

  @Override
  public final Revoker revokerAt(int port, Duration timeout) {
    return create(port, timeout, own, Map.of());
  }

  private Revoker create(int port, Duration timeout, String token, Map<String, String> more) {
    Map<String, Object> keys = new HashMap<>(more);
    keys.put("url", "http://127.0.0.1:" + port);
    keys.put(
        "token", Providers.secret(directory.resolve(Credentials.freshSecret() + ".token"), token));
    return factory.create(
        "vault", Providers.of(factory.type(), timeout, keys), new HttpCaller(timeout));
  }

  final Target target(Map<String, String> handle, String secret) {
    return credentials.target(
        credentials.of(handle.toString(), "vault-token", "vault", handle, secret));
  }

  final Target withoutSecret(Map<String, String> handle) {
    return credentials.withoutSecret(handle.toString(), "vault-token", "vault", handle);
  }

  @Override
  public final URI provider() {
    return server.address();
  }

  @Override
  public final boolean changesSomething(String method, String path, String body) {
    return !method.equals("GET") && !path.contains("lookup");
  }

  @Override
  public final void close() {
    server.close();
  }
}
