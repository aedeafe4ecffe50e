package dev.countermand.testkit;

import dev.countermand.embedded.ElasticsearchDistribution;
import dev.countermand.embedded.ElasticsearchServer;
import dev.countermand.embedded.KafkaServer;
import dev.countermand.embedded.KeycloakServer;
import dev.countermand.embedded.PostgresServer;
import dev.countermand.testkit.analysis.SecurityAnalysis;
import java.util.List;

/**
 * Real servers for tests: one of each kind per JVM, started at the first call, stopped when the JVM
 * ends. Data is thrown away. Safe for use by several threads.
 */
public final class TestServers {
  private static final Once<KafkaServer> KAFKA =
      new Once<>(
          "kafka", directory -> KafkaServer.start(directory, KafkaServer.Options.defaults()));
  private static final Once<ElasticsearchServer> ELASTICSEARCH =
      new Once<>(
          "elasticsearch",
          directory ->
              ElasticsearchServer.start(directory, ElasticsearchServer.Options.defaults()));

  private static final Once<ElasticsearchServer> SECURED_ELASTICSEARCH =
      new Once<>(
          "elasticsearch-secured",
          directory ->
              ElasticsearchServer.start(directory, secured(ElasticsearchDistribution.withXPack())));

  private static final Once<ElasticsearchServer> NEWER_ELASTICSEARCH =
      new Once<>(
          "elasticsearch-9",
          directory ->
              ElasticsearchServer.start(
                  directory,
                  ElasticsearchServer.Options.defaults().withDistribution(newerDistribution())));

  private static final Once<PostgresServer> POSTGRES =
      new Once<>(
          "postgres",
          directory -> PostgresServer.start(directory, PostgresServer.Options.defaults()));

  private static final Once<KeycloakServer> KEYCLOAK =
      new Once<>(
          "keycloak",
          directory -> KeycloakServer.start(directory, KeycloakServer.Options.defaults()));

  private TestServers() {}

  /**
   * The embedded Kafka. A test that stops or kills its server starts one of its own with {@link
   * KafkaServer#start}.
   */
  public static KafkaBackend kafka() {
    return KAFKA.value()::bootstrapServers;
  }

  /**
   * The embedded Elasticsearch. A test that stops or kills its server starts one of its own with
   * {@link ElasticsearchServer#start}.
   */
  public static ElasticsearchBackend elasticsearch() {
    return ELASTICSEARCH.value()::url;
  }

  /**
   * The same with security: users, roles and API keys. The module that asks for it brings {@link
   * ElasticsearchDistribution#withXPack}.
   */
  public static SecuredElasticsearch securedElasticsearch() {
    ElasticsearchServer server = SECURED_ELASTICSEARCH.value();
    return new SecuredElasticsearch(server.url(), server.superuser(), server.password());
  }

  /**
   * An Elasticsearch 9, for test classes marked {@link OnNewerElasticsearch}. The module that asks
   * for it copies the distribution to its test classes as {@code servers/elasticsearch-9.zip}; it
   * is too large to go with this kit.
   */
  public static ElasticsearchBackend newerElasticsearch() {
    return NEWER_ELASTICSEARCH.value()::url;
  }

  private static ElasticsearchServer.Options secured(ElasticsearchDistribution distribution) {
    return ElasticsearchServer.Options.defaults()
        .withSecurity()
        .withDistribution(
            distribution.with(List.of(SecurityAnalysis.plugin(distribution.version()))));
  }

  private static ElasticsearchDistribution newerDistribution() {
    InstalledJava java = InstalledJava.atLeast(NeedsNewerJava.VERSION).orElseThrow();
    return new ElasticsearchDistribution(
        "/servers/elasticsearch-9.zip", java.program(), java.version());
  }

  /**
   * The embedded PostgreSQL. A test that stops or kills its server starts one of its own with
   * {@link PostgresServer#start}.
   */
  public static PostgresBackend postgres() {
    PostgresServer server = POSTGRES.value();
    return new PostgresLogin(server.jdbcUrl(), server.superuser(), server.password());
  }

  /**
   * The embedded Keycloak. The module that asks for it copies the distribution to its test classes
   * as {@code servers/keycloak.zip}; it is too large to go with this kit.
   */
  public static KeycloakBackend keycloak() {
    KeycloakServer server = KEYCLOAK.value();
    return new KeycloakLogin(server.url(), server.adminClient(), server.adminSecret());
  }
}
