package dev.countermand.command.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.embedded.KeycloakServer;
import dev.countermand.model.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A realm of Keycloak, measured twice: its clients are suspended through the admin API, each with a
 * token of its own, and tokens are revoked at its OAuth 2 endpoints (RFC 7009 and 7662).
 */
final class KeycloakBench implements BenchServer {
  private final Workplace place;
  private final KeycloakServer server;
  private final KeycloakRealm realm;
  private final List<Provider> providers;

  private KeycloakBench(Workplace place, KeycloakServer server) {
    this.place = place;
    this.server = server;
    this.realm = new KeycloakRealm(server);
    this.providers = List.of(new Clients(), new Tokens());
  }

  static BenchServer start(Workplace place) {
    return new KeycloakBench(
        place,
        KeycloakServer.start(
            place.of("keycloak"),
            KeycloakServer.Options.defaults().withProgress(place.progress())));
  }

  @Override
  public List<Provider> providers() {
    return providers;
  }

  @Override
  public void close() {
    server.close();
  }

  private final class Clients implements Provider {
    private static final String REVOKER = "revoker";

    private final String secret = Workplace.freshSecret();

    Clients() {
      realm.introspectingClient(REVOKER, secret);
      realm.allow(REVOKER, "manage-clients");
      realm.allow(REVOKER, "manage-users");
    }

    @Override
    public String type() {
      return "keycloak";
    }

    @Override
    public ObjectNode configuration() {
      ObjectNode keys = Json.mapper().createObjectNode();
      keys.put("type", type())
          .put("url", server.url())
          .put("realm", KeycloakRealm.NAME)
          .put("client-id", REVOKER);
      keys.set("client-secret", place.secret(type(), secret));
      return keys;
    }

    @Override
    public List<Login> logins(int count) {
      List<Login> logins = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String client = "bench-" + i;
        String password = Workplace.freshSecret();
        realm.client(client, password);
        logins.add(new Login(client, "oauth2-client", Map.of("client", client), password));
      }
      return logins;
    }

    @Override
    public AutoCloseable use(Login login) {
      String token = realm.token(login.name(), login.secret());
      if (!realm.isActive(token, REVOKER, secret)) {
        throw new IllegalStateException("the token of " + login + " is dead already");
      }
      return () -> {};
    }
  }

  private final class Tokens implements Provider {
    private static final String APPLICATION = "application";

    private final String secret = Workplace.freshSecret();

    Tokens() {
      realm.introspectingClient(APPLICATION, secret);
    }

    @Override
    public String type() {
      return "oauth2";
    }

    @Override
    public ObjectNode configuration() {
      ObjectNode keys = Json.mapper().createObjectNode();
      keys.put("type", type())
          .put("revocation-endpoint", realm.endpoint("revoke").toString())
          .put("introspection-endpoint", realm.endpoint("token/introspect").toString())
          .put("client-id", APPLICATION);
      keys.set("client-secret", place.secret(type(), secret));
      return keys;
    }

    @Override
    public List<Login> logins(int count) {
      List<Login> logins = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String token = realm.token(APPLICATION, secret);
        logins.add(new Login("token-" + i, "oauth2-token", Map.of(), token));
      }
      return logins;
    }

    @Override
    public AutoCloseable use(Login login) {
      if (!realm.isActive(login.secret(), APPLICATION, secret)) {
        throw new IllegalStateException(login + " is dead already");
      }
      return () -> {};
    }
  }
}
