package dev.countermand.containment.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.HttpRevokerRig;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.KeycloakBackend;
import dev.countermand.testkit.TestServers;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A realm with a revoker that has the roles that the documentation names, no more. */
final class KeycloakRevokerRig implements HttpRevokerRig {
  static final String REVOKER = "revoker";
  static final String SECRET = Credentials.freshSecret();

  /** A client without a secret that takes users' passwords. */
  static final String PUBLIC = "phone-app";

  static final Duration TIMEOUT = Duration.ofSeconds(20);

  final KeycloakBackend server = TestServers.keycloak();
  final Realm realm = new Realm(server);
  final Credentials credentials;
  private final Path directory;

  KeycloakRevokerRig(Path directory) {
    this.directory = directory;
    credentials = new Credentials(directory.resolve("keys"));
    realm.serviceAccount(REVOKER, SECRET, "manage-clients", "manage-users");
    realm.letIntrospectAll(REVOKER);
    realm.client(
        Realm.object()
            .put("clientId", PUBLIC)
            .put("publicClient", true)
            .put("directAccessGrantsEnabled", true));
  }

  @Override
  public Revoker revoker() {
    return create(server.url(), REVOKER, SECRET, TIMEOUT);
  }

  @Override
  public Revoker revokerAt(int port, Duration timeout) {
    return create("http://127.0.0.1:" + port, REVOKER, SECRET, timeout);
  }

  @Override
  public URI provider() {
    return URI.create(server.url());
  }

  @Override
  public boolean changesSomething(String method, String path, String body) {
    return path.startsWith("/admin/") && !method.equals("GET");
  }

  Revoker create(String url, String clientId, String secret, Duration timeout) {
    return new KeycloakProviderFactory()
        .create(
            "kc",
            Providers.of(
                "keycloak",
                timeout,
                Map.of(
                    "url",
                    url,
                    "realm",
                    realm.name(),
                    "client-id",
                    clientId,
                    "client-secret",
                    Providers.secret(directory.resolve(KafkaProbe.uniqueName("secret")), secret))),
            new HttpCaller(timeout));
  }

  /** A client that gets tokens, with refresh tokens, for itself and for users. */
  @Override
  public Target freshTarget() {
    String client = KafkaProbe.uniqueName("agent");
    String secret = Credentials.freshSecret();
    realm.client(
        Realm.object()
            .put("clientId", client)
            .put("secret", secret)
            .put("publicClient", false)
            .put("serviceAccountsEnabled", true)
            .put("directAccessGrantsEnabled", true)
            .set("attributes", Realm.object().put("client_credentials.use_refresh_token", "true")));
    return target(client, secret);
  }

  @Override
  public Target unknownTarget() {
    return target(KafkaProbe.uniqueName("nobody"), Credentials.freshSecret());
  }

  Target user(String user, String password) {
    return credentials.target(
        credentials.of(user, "keycloak-user", "kc", Map.of("user", user), password));
  }

  Target target(String client, String secret) {
    return credentials.target(
        credentials.of(client, "oauth2-client", "kc", Map.of("client", client), secret));
  }

  @Override
  public boolean works(Target target) {
    return realm.grant(client(target), secret(target)).isSuccess();
  }

  @Override
  public Object description(Target target) {
    return realm.client(client(target));
  }

  /** A client that is disabled, and whose session is not ended, or whose secret is left. */
  @Override
  public void takePart(Target target) {
    if (target.rung() == Rung.SUSPEND) {
      token(target);
    }
    realm.disable(client(target));
  }

  @Override
  public void giveBack(Target target) {
    realm.change(client(target), Realm.object().put("enabled", true).put("secret", secret(target)));
  }

  String token(Target target) {
    return Realm.json(realm.grant(client(target), secret(target))).path("access_token").asText();
  }

  boolean isActive(String token) {
    JsonNode answer =
        Realm.json(
            realm.ask(
                "token/introspect", "token", token, "client_id", REVOKER, "client_secret", SECRET));
    return answer.path("active").asBoolean();
  }

  boolean refreshes(Target target, JsonNode tokens) {
    return refreshes(target, tokens.path("refresh_token").asText());
  }

  boolean refreshes(Target target, String token) {
    return realm
        .ask(
            "token",
            "grant_type",
            "refresh_token",
            "client_id",
            client(target),
            "client_secret",
            secret(target),
            "refresh_token",
            token)
        .isSuccess();
  }

  JsonNode login(String client, String secret, String user, String password, String scope) {
    return Realm.json(passwordLogin(client, secret, user, password, scope));
  }

  HttpCaller.Answer passwordLogin(
      String client, String secret, String user, String password, String scope) {
    return realm.ask(
        "token",
        "grant_type",
        "password",
        "client_id",
        client,
        "client_secret",
        secret,
        "username",
        user,
        "password",
        password,
        "scope",
        scope);
  }

  static String client(Target target) {
    return String.valueOf(target.handle().get("client"));
  }

  static String secret(Target target) {
    return target.secret().orElseThrow();
  }
}
