package dev.countermand.containment.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.Providers;
import dev.countermand.containment.discovery.Discovered;
import dev.countermand.containment.discovery.Discovery;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.testkit.KeycloakBackend;
import dev.countermand.testkit.TestServers;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a real Keycloak. The asking client has the roles that the documentation names, no more. */
class KeycloakDiscovererTest {
  private static final String AUDITOR = "auditor";
  private static final String SECRET = Credentials.freshSecret();

  private static KeycloakBackend server;
  private static Realm realm;

  @TempDir private Path directory;

  @BeforeAll
  static void aRealmWithAnAuditor() {
    server = TestServers.keycloak();
    realm = new Realm(server);
    realm.serviceAccount(AUDITOR, SECRET, "view-clients", "view-users", "query-clients");
  }

  @Test
  void aServiceAccountCanDoWhatItsRolesSay() {
    realm.serviceAccount("user-admin", Credentials.freshSecret(), "manage-users");
    realm.serviceAccount("client-admin", Credentials.freshSecret(), "manage-clients");
    realm.serviceAccount("all-admin", Credentials.freshSecret(), "realm-admin");
    realm.serviceAccount("nobody", Credentials.freshSecret());

    Map<String, Discovered> found = discover();

    assertThat(found.get("user-admin").capabilities())
        .containsExactly("delete:group", "delete:user", "grant:role");
    assertThat(found.get("client-admin").capabilities())
        .containsExactly("delete:oauth2-client", "read-secret:oauth2-client");
    assertThat(found.get("all-admin").capabilities())
        .contains("destroy:realm", "delete:user", "delete:oauth2-client", "delete:audit-log");
    assertThat(found.get("nobody").capabilities()).isEmpty();
    assertThat(found.get("nobody").remarks()).contains("service account");
    assertThat(found.get("nobody").kind()).isEqualTo("oauth2-client");
    assertThat(found.get("nobody").handle()).isEqualTo(Map.of("client", "nobody"));
  }

  @Test
  void rolesThroughOtherRolesAndThroughGroupsCount() {
    realm.serviceAccount("by-role", Credentials.freshSecret());
    realm.assignThroughRealmRole(
        realm.userOf("by-role"), "operations", Realm.MANAGEMENT, "manage-users");
    realm.serviceAccount("by-group", Credentials.freshSecret());
    realm.assignThroughGroup(
        realm.userOf("by-group"), "cleaners", Realm.MANAGEMENT, "manage-events");

    Map<String, Discovered> found = discover();

    assertThat(found.get("by-role").capabilities()).contains("delete:user");
    assertThat(found.get("by-role").remarks()).contains("realm roles: operations");
    assertThat(found.get("by-group").capabilities()).containsExactly("delete:audit-log");
  }

  @Test
  void aClientThatManagesTheRealmIsSaidToDestroyItAndDoes() {
    Realm doomed = new Realm(server);
    String secret = Credentials.freshSecret();
    doomed.serviceAccount(AUDITOR, SECRET, "view-clients", "view-users");
    doomed.serviceAccount("keeper", secret, "manage-realm");

    assertThat(discover(doomed.name()).get("keeper").capabilities()).contains("destroy:realm");
    assertThat(doomed.statusFor("keeper", secret, "DELETE", "")).isEqualTo(204);
  }

  @Test
  void whoMayViewClientsIsSaidToReadTheirSecretsAndDoes() {
    assertThat(discover().get(AUDITOR).capabilities()).contains("read-secret:oauth2-client");
    assertThat(
            realm.statusFor(
                AUDITOR, SECRET, "GET", "/clients/" + realm.idOf(AUDITOR) + "/client-secret"))
        .isEqualTo(200);
  }

  @Test
  void rolesOfApplicationsAreRemarkedUponAndNotGuessedAt() {
    realm.client(Realm.object().put("clientId", "orders"));
    realm.addRole("orders", "purge");
    realm.serviceAccount("cleaner", Credentials.freshSecret());
    realm.assign(realm.userOf("cleaner"), "orders", "purge");

    Discovered cleaner = discover().get("cleaner");

    assertThat(cleaner.capabilities()).isEmpty();
    assertThat(cleaner.remarks()).contains("roles of orders: purge");
  }

  @Test
  void howAClientGetsItsTokensIsRemarkedUpon() {
    realm.client(
        Realm.object()
            .put("clientId", "phone-app")
            .put("publicClient", true)
            .put("directAccessGrantsEnabled", true)
            .put("enabled", false)
            .set("redirectUris", Realm.object().arrayNode().add("*")));
    realm.client(Realm.object().put("clientId", "with-secret"));
    realm.client(
        Realm.object().put("clientId", "with-key").put("clientAuthenticatorType", "client-jwt"));

    Map<String, Discovered> found = discover();

    assertThat(found.get("phone-app").remarks())
        .containsExactly(
            "disabled",
            "public: needs no secret",
            "direct access grants: takes users' passwords",
            "redirects anywhere");
    assertThat(found.get("with-secret").remarks())
        .anyMatch(
            remark -> remark.matches("secret of \\d{4}-\\d\\d-\\d\\d, never rotated by policy"));
    assertThat(found.get("with-key").remarks()).contains("logs in by client-jwt");
  }

  @Test
  void aRealmOfSeveralPagesIsListedWholeWithoutWhatGetsNoTokens() {
    Realm large = new Realm(server);
    large.serviceAccount(AUDITOR, SECRET, "view-clients", "view-users");
    for (int i = 0; i < 60; i++) {
      large.client(Realm.object().put("clientId", "c" + i).put("bearerOnly", i == 7));
    }
    large.client(Realm.object().put("clientId", "saml").put("protocol", "saml"));

    Map<String, Discovered> found = discover(large.name());

    assertThat(found.keySet().stream().filter(name -> name.matches("c\\d+"))).hasSize(59);
    assertThat(found).doesNotContainKeys("c7", "saml", Realm.MANAGEMENT);
  }

  @Test
  void aTokenThatHasExpiredMeanwhileIsRenewed() {
    Realm hasty = new Realm(server);
    hasty.serviceAccount(AUDITOR, SECRET, "view-clients");
    hasty.letTokensLive(Duration.ofSeconds(2));
    RealmAdmin admin =
        new RealmAdmin(
            Trouble.ofDiscovery("kc"),
            URI.create(server.url()),
            hasty.name(),
            AUDITOR,
            SECRET,
            new HttpCaller(Duration.ofSeconds(10)));
    assertThat(admin.get("clients?max=1")).hasSize(1);
    Instant expired = Instant.now().plusSeconds(3);
    Awaitility.await("the token's end").until(() -> Instant.now().isAfter(expired));
    assertThat(admin.get("clients?max=1")).hasSize(1);
  }

  @Test
  void noSecretIsAmongWhatIsListed() {
    String secret = Credentials.freshSecret();
    realm.serviceAccount("keeps-a-secret", secret, "manage-users");

    List<Discovered> all = Discovery.at(containment(provider(realm.name(), AUDITOR, SECRET)), "kc");

    assertThat(all.toString()).contains("keeps-a-secret").doesNotContain(secret, SECRET);
  }

  @Test
  void theAdministratorOfTheMasterRealmCanDoEverything() {
    Map<String, Discovered> found =
        byName(
            new KeycloakProviderFactory()
                .discoverer(
                    "kc",
                    provider("master", server.adminClient(), server.adminSecret()),
                    new HttpCaller(Duration.ofSeconds(10)))
                .orElseThrow()
                .discover());

    assertThat(found.get(server.adminClient()).capabilities()).containsExactly("*:*");
    assertThat(found.get("admin-cli").capabilities()).isEmpty();
  }

  @Test
  void aWrongSecretAnUnknownRealmAndAMissingRoleAreErrorsThatSayWhatToDo() {
    String wrong = Credentials.freshSecret();
    assertThat(failure(provider(realm.name(), AUDITOR, wrong)))
        .contains("\"kc\"", "401", "client-secret")
        .doesNotContain(wrong);
    assertThat(failure(provider("no-such-realm", AUDITOR, SECRET))).contains("realm");
    realm.serviceAccount("blind", SECRET);
    assertThat(failure(provider(realm.name(), "blind", SECRET))).contains("403", "view-clients");
    realm.serviceAccount("half-blind", SECRET, "query-clients");
    assertThat(failure(provider(realm.name(), "half-blind", SECRET))).contains("view-clients");
    realm.serviceAccount("no-users", SECRET, "view-clients");
    assertThat(failure(provider(realm.name(), "no-users", SECRET))).contains("403", "view-users");
  }

  @Test
  void aServerThatDoesNotAnswerIsAnErrorThatNamesTheProvider() {
    assertThat(failure(provider("http://127.0.0.1:1", realm.name(), AUDITOR, SECRET)))
        .contains("\"kc\"")
        .doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://sso.example.com", "https://me:canary@sso.example.com", "sso", "a b"})
  void theSecretTravelsOnlyOverHttpsOrOnThisMachine(String url) {
    CountermandException refused =
        catchThrowableOfType(
            CountermandException.class,
            () -> Discovery.at(containment(provider(url, realm.name(), AUDITOR, SECRET)), "kc"));
    assertThat(refused.code()).isEqualTo("CONFIG_BAD_VALUE");
    assertThat(refused.getMessage())
        .contains("containment.providers.kc.url")
        .doesNotContain("canary");
  }

  private Map<String, Discovered> discover() {
    return discover(realm.name());
  }

  private Map<String, Discovered> discover(String name) {
    return byName(Discovery.at(containment(provider(name, AUDITOR, SECRET)), "kc"));
  }

  private String failure(ContainmentSettings.Provider provider) {
    CountermandException failed =
        catchThrowableOfType(
            CountermandException.class, () -> Discovery.at(containment(provider), "kc"));
    assertThat(failed.code()).isEqualTo("DISCOVERY_FAILED");
    return failed.getMessage();
  }

  private static Map<String, Discovered> byName(List<Discovered> all) {
    return all.stream().collect(Collectors.toMap(Discovered::name, Function.identity()));
  }

  private static ContainmentSettings containment(ContainmentSettings.Provider provider) {
    return new ContainmentSettings(null, null, Map.of("kc", provider));
  }

  private ContainmentSettings.Provider provider(String realmName, String clientId, String secret) {
    return provider(server.url() + "/", realmName, clientId, secret);
  }

  private ContainmentSettings.Provider provider(
      String url, String realmName, String clientId, String secret) {
    return Providers.of(
        "keycloak",
        Duration.ofSeconds(10),
        Map.of(
            "url", url,
            "client-id", clientId,
            "client-secret", Providers.secret(directory.resolve("client.secret"), secret),
            "realm", realmName));
  }
}
