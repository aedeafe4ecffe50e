package dev.countermand.runtime.config;

import dev.countermand.model.Credential;
import dev.countermand.model.Rung;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * What is done with containment orders.
 *
 * @param mode {@code enforce} by default
 * @param protect what is never contained
 * @param ladder how hard it takes hold
 * @param budget how much is done without a person
 * @param approvals what people must say yes to
 * @param drill the regular test
 * @param reassert how long a credential that was proved dead is looked at, and taken again when it
 *     came back; 10 min by default, zero is not at all
 * @param providers who can revoke, by the name credentials are registered with
 * @param signals who is told of it by security event tokens; nobody by default
 */
@NullUnmarked // a key that the file leaves out arrives as null; the constructors put the default
public record ContainmentSettings(
    Mode mode,
    Protect protect,
    LadderSettings ladder,
    BudgetSettings budget,
    ApprovalSettings approvals,
    DrillSettings drill,
    Duration reassert,
    Map<String, Provider> providers,
    SignalSettings signals) {
  public ContainmentSettings {
    mode = Values.or(mode, Mode.ENFORCE);
    protect = Values.or(protect, new Protect(null, null));
    ladder = Values.or(ladder, LadderSettings.DEFAULT);
    budget = Values.or(budget, BudgetSettings.DEFAULT);
    approvals = Values.or(approvals, ApprovalSettings.DEFAULT);
    drill = Values.or(drill, DrillSettings.NONE);
    reassert = Values.or(reassert, Duration.ofMinutes(10));
    if (reassert.isNegative()) {
      throw new ConfigurationProblem("containment.reassert must not be negative");
    }
    signals = Values.or(signals, SignalSettings.NONE);
    providers = providers == null ? Map.of() : Map.copyOf(providers);
    if (providers.containsKey(Credential.BY_KIND)) {
      throw new ConfigurationProblem(
          "containment.providers may not call one "
              + Credential.BY_KIND
              + ", which is a word"
              + " of ours");
    }
    List<String> kinds = providers.values().stream().flatMap(p -> p.kinds().stream()).toList();
    if (Set.copyOf(kinds).size() < kinds.size()) {
      throw new ConfigurationProblem(
          "containment.providers.*.kinds[] must differ: a kind is revoked at one provider");
    }
  }

  /** The same with everything else at its default. */
  public ContainmentSettings(Mode mode, Protect protect, Map<String, Provider> providers) {
    this(mode, protect, null, null, null, null, null, providers, null);
  }

  /** The provider that takes unregistered tokens of a kind. */
  public Optional<String> providerOf(String kind) {
    return providers.entrySet().stream()
        .filter(provider -> provider.getValue().kinds().contains(kind))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * A provider of credentials, which can take them away.
   *
   * @param type {@code oauth2}, {@code postgresql}, {@code keycloak}, {@code kafka}, {@code redis},
   *     {@code aws}, {@code aws-role}, {@code webhook}, {@code elasticsearch}, {@code github},
   *     {@code github-app}, {@code railway}, {@code gcp}, {@code gcp-account}, {@code okta}, {@code
   *     okta-app}, {@code okta-token}, {@code kubernetes}, {@code vault} or {@code vault-entity};
   *     required
   * @param url {@code postgresql}: the JDBC URL; {@code keycloak}, {@code webhook}, {@code
   *     elasticsearch}, {@code okta}, {@code okta-app}, {@code okta-token}, {@code kubernetes},
   *     {@code vault}, {@code vault-entity}: the address; {@code kafka}: {@code host:port}, several
   *     joined by commas; {@code redis}: {@code rediss://host:port}, every server of the
   *     deployment, joined by commas; {@code aws}, {@code github}, {@code github-app}, {@code
   *     railway}, {@code gcp}, {@code gcp-account}: of another endpoint than the public one
   * @param user {@code postgresql}, {@code redis}: the revoker's own role or user
   * @param password its password
   * @param revocationEndpoint {@code oauth2}: RFC 7009
   * @param introspectionEndpoint {@code oauth2}: RFC 7662
   * @param clientId {@code oauth2}: the client the endpoints know; {@code keycloak}: one of the
   *     realm with a service account; {@code aws}, {@code aws-role}: the revoker's own access key,
   *     without which it is the role of the machine; {@code github}, {@code github-app}: an app;
   *     {@code railway}: the id of the revoker's token
   * @param clientSecret its secret or private key; {@code gcp}, {@code gcp-account}: the key file
   *     of the revoker's own service account, without which it is that of the machine
   * @param realm {@code keycloak}: of the clients and users
   * @param token {@code webhook}: the secret that messages are signed with; {@code elasticsearch}:
   *     the revoker's API key; {@code railway}: a token of the account; {@code okta}, {@code
   *     okta-app}, {@code okta-token}: the revoker's API token; {@code kubernetes}: one of its
   *     service account; {@code vault}, {@code vault-entity}: its token
   * @param rungs {@code webhook}: how far the endpoint can take a credential; {@code suspend} when
   *     it is empty
   * @param region {@code aws}, {@code aws-role}: where calls are signed for; {@code us-east-1} by
   *     default
   * @param namespace {@code vault}, {@code vault-entity}: where the token is of, and the
   *     credentials
   * @param client {@code kafka}: further client settings by Kafka's own keys, such as TLS and SASL
   * @param timeout of one call; 5 s by default
   * @param kinds which kinds of tokens that nobody registered it can revoke by the token itself
   */
  public record Provider(
      String type,
      @Nullable String url,
      @Nullable String user,
      @Nullable SecretRef password,
      @Nullable URI revocationEndpoint,
      @Nullable URI introspectionEndpoint,
      @Nullable String clientId,
      @Nullable SecretRef clientSecret,
      @Nullable String realm,
      @Nullable SecretRef token,
      List<Rung> rungs,
      @Nullable String region,
      @Nullable String namespace,
      Map<String, String> client,
      Duration timeout,
      List<String> kinds) {

    public Provider {
      Values.required("containment.providers.*.type", type);
      client = client == null ? Map.of() : Map.copyOf(client);
      rungs = rungs == null ? List.of() : List.copyOf(rungs);
      timeout = Values.or(timeout, Duration.ofSeconds(5));
      if (kinds != null && !kinds.stream().allMatch(Values::isKind)) {
        throw new ConfigurationProblem("containment.providers.*.kinds[] " + Values.KIND_CHOICE);
      }
      kinds = kinds == null ? List.of() : List.copyOf(kinds);
    }

    /** Without the URL, which may carry a password in its query, and without client settings. */
    @Override
    public String toString() {
      return "Provider[type="
          + type
          + ", user="
          + user
          + ", clientId="
          + clientId
          + ", realm="
          + realm
          + "]";
    }
  }

  /**
   * What is never contained.
   *
   * @param agents ids of agents
   * @param credentials names or fingerprints of credentials
   */
  public record Protect(List<String> agents, List<String> credentials) {
    public Protect {
      agents = agents == null ? List.of() : List.copyOf(agents);
      credentials = credentials == null ? List.of() : List.copyOf(credentials);
    }
  }

  /** How far containment goes by itself. */
  public enum Mode {
    /** Record what would be done. */
    OBSERVE,
    /** Wait for a person. */
    APPROVE,
    /** Do it. */
    ENFORCE
  }
}
