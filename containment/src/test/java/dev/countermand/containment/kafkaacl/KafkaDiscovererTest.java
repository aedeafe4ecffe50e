package dev.countermand.containment.kafkaacl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.Providers;
import dev.countermand.containment.discovery.Discovered;
import dev.countermand.containment.discovery.Discovery;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.embedded.KafkaServer;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.testkit.TestServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * On a real broker with access control lists. The asking user may describe the cluster, no more.
 */
class KafkaDiscovererTest {
  private static final String AUDITOR = "auditor";

  private static SecuredKafka kafka;
  private static String password;

  @BeforeAll
  static void aBrokerWithAnAuditor(@TempDir Path directory) {
    kafka = new SecuredKafka(directory);
    password = kafka.createUser(AUDITOR);
    kafka.allowOnCluster("User:" + AUDITOR, AclOperation.DESCRIBE);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void aUserCanDoWhatTheListsSay() {
    kafka.allow("User:deleter", AclOperation.DELETE, ResourceType.TOPIC, "orders");
    kafka.allowPrefix("User:deleter", AclOperation.DELETE, ResourceType.TOPIC, "tmp-");
    kafka.allow("User:sweeper", AclOperation.DELETE, ResourceType.TOPIC, "*");
    kafka.allow("User:owner", AclOperation.ALL, ResourceType.TOPIC, "orders");
    kafka.allow("User:reader", AclOperation.READ, ResourceType.TOPIC, "orders");
    kafka.allow("User:reader", AclOperation.READ, ResourceType.GROUP, "readers");
    kafka.allowOnCluster("User:granter", AclOperation.ALTER);
    kafka.allowOnCluster("User:chief", AclOperation.ALL);

    Map<String, Discovered> found = discover();

    assertThat(found.get("deleter").capabilities()).containsExactly("delete:topic");
    assertThat(found.get("deleter").remarks()).contains("topics it may delete: orders tmp-*");
    assertThat(found.get("deleter").kind()).isEqualTo("kafka-user");
    assertThat(found.get("deleter").handle()).isEqualTo(Map.of("user", "deleter"));
    assertThat(found.get("sweeper").capabilities()).containsExactly("destroy:topic");
    assertThat(found.get("sweeper").remarks()).contains("wildcard");
    assertThat(found.get("owner").capabilities())
        .containsExactly("delete:record", "delete:topic", "read:topic", "write:topic");
    assertThat(found.get("reader").capabilities())
        .containsExactly("read:topic", "write:consumer-offset");
    assertThat(found.get("granter").capabilities())
        .containsExactly("delete:account", "grant:account", "grant:acl");
    assertThat(found.get("chief").capabilities())
        .contains("destroy:topic", "grant:acl", "write:broker-setting");
    assertThat(found.get(AUDITOR).capabilities()).isEmpty();
  }

  @Test
  void whoMayDeleteOnTheClusterIsSaidToDestroyTopicsAndDoes() {
    String secret = kafka.createUser("cluster-deleter");
    kafka.createTopic("doomed");
    kafka.allowOnCluster("User:cluster-deleter", AclOperation.DELETE);

    assertThat(discover().get("cluster-deleter").capabilities()).containsExactly("destroy:topic");
    try (Admin mine = kafka.adminOf("cluster-deleter", secret)) {
      SecuredKafka.get(mine.deleteTopics(List.of("doomed")).all());
    }
  }

  @Test
  void whoMayAlterATopicsSettingsIsSaidToDeleteItsRecordsAndCan() {
    String secret = kafka.createUser("tuner");
    kafka.createTopic("tuned");
    kafka.allow("User:tuner", AclOperation.ALTER_CONFIGS, ResourceType.TOPIC, "tuned");

    assertThat(discover().get("tuner").capabilities()).containsExactly("delete:record");
    try (Admin mine = kafka.adminOf("tuner", secret)) {
      SecuredKafka.get(
          mine.incrementalAlterConfigs(
                  Map.of(
                      new ConfigResource(ConfigResource.Type.TOPIC, "tuned"),
                      List.of(
                          new AlterConfigOp(
                              new ConfigEntry("retention.ms", "1"), AlterConfigOp.OpType.SET))))
              .all());
    }
  }

  @Test
  void aDenialTakesAwayWhatItCoversAndIsRemarkedUpon() {
    String secret = kafka.createUser("denied");
    kafka.createTopic("kept");
    kafka.allow("User:denied", AclOperation.ALL, ResourceType.TOPIC, "kept");
    kafka.deny("User:denied", AclOperation.DELETE, ResourceType.TOPIC, "*");
    kafka.allow("User:half-denied", AclOperation.DELETE, ResourceType.TOPIC, "*");
    kafka.deny("User:half-denied", AclOperation.DELETE, ResourceType.TOPIC, "kept");

    Map<String, Discovered> found = discover();

    assertThat(found.get("denied").capabilities())
        .containsExactly("delete:record", "read:topic", "write:topic");
    assertThat(found.get("denied").remarks()).contains("has denials");
    assertThat(found.get("half-denied").capabilities()).containsExactly("destroy:topic");
    assertThat(found.get("half-denied").remarks()).contains("has denials");
    try (Admin mine = kafka.adminOf("denied", secret)) {
      assertThatThrownBy(() -> mine.deleteTopics(List.of("kept")).all().get(30, TimeUnit.SECONDS))
          .hasCauseInstanceOf(TopicAuthorizationException.class);
    }
  }

  @Test
  void whatEverybodyMayDoCountsForEachUser() {
    kafka.createUser("anyone");
    kafka.allow("User:*", AclOperation.DELETE, ResourceType.GROUP, "shared");

    Map<String, Discovered> found = discover();
    // The other tests' users are everybody, too.
    kafka.forget("User:*");

    assertThat(found.get("anyone").capabilities()).contains("delete:consumer-group");
    assertThat(found.get("anyone").remarks()).contains("in part as everybody (User:*)");
    assertThat(found.get("*").capabilities()).containsExactly("delete:consumer-group");
    assertThat(found.get("*").remarks()).contains("everybody, also who is not listed");
  }

  @Test
  void howAUserLogsInAndFromWhereIsRemarkedUpon() {
    kafka.createUser("with-login");
    kafka.allowFrom("10.1.2.3", "User:by-certificate", AclOperation.READ, "orders");

    Map<String, Discovered> found = discover();

    assertThat(found.get("with-login").remarks()).contains("SCRAM-SHA-256");
    assertThat(found.get("by-certificate").remarks())
        .containsExactly("no SCRAM credential", "in part from certain hosts only");
  }

  @Test
  void aUserThatNoListNamesCanDoNothingUnlessItIsASuperUser() {
    assertThat(new AccessLists(List.of()).capabilities("User:unlisted")).isEmpty();
    assertThat(new AccessLists(List.of()).remarks("User:unlisted"))
        .containsExactly("no ACL allows it anything: it can do nothing, unless it is a super user");
  }

  @Test
  void delegationTokensAreCountedForWhoMayDescribeThem() throws Exception {
    String secret = kafka.createUser("token-holder");
    kafka.allow("User:" + AUDITOR, AclOperation.DESCRIBE, ResourceType.DELEGATION_TOKEN, "*");
    try (Admin mine = kafka.adminOf("token-holder", secret)) {
      SecuredKafka.get(mine.createDelegationToken().delegationToken());
    }
    Awaitility.await("the token")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(discover().get("token-holder").remarks())
                    .contains("1 delegation token"));
  }

  @Test
  void aUserThatMayNotAskAndOneThatMayNotLogInAreErrorsThatSayWhatToDo() {
    String secret = kafka.createUser("blind");
    assertThat(failure(provider(kafka.scramBootstrap(), KafkaServer.scramLogin("blind", secret))))
        .contains("\"events\"", "DESCRIBE")
        .doesNotContain(secret);
    String wrong = Credentials.freshSecret();
    assertThat(failure(provider(kafka.scramBootstrap(), KafkaServer.scramLogin("blind", wrong))))
        .contains("login is refused")
        .doesNotContain(wrong);
  }

  @Test
  void withoutAnAuthorizerEverybodyMayDoEverything() {
    ContainmentSettings.Provider open = provider(TestServers.kafka().bootstrapServers(), Map.of());

    assertThat(discover(open).get("*").capabilities()).containsExactly("*:*");
    assertThat(discover(open).get("*").remarks()).anyMatch(r -> r.contains("no authorizer"));
  }

  @Test
  void aClusterThatDoesNotAnswerIsAnErrorThatNamesTheProvider() {
    ContainmentSettings.Provider away =
        Providers.of("kafka", Duration.ofSeconds(1), Map.of("url", "127.0.0.1:1"));
    assertThat(failure(away)).contains("\"events\"", "127.0.0.1:1", "1000 ms");
  }

  @Test
  void settingsThatMakeNoClientAreAnErrorThatDoesNotQuoteThem() {
    CountermandException refused =
        catchThrowableOfType(
            CountermandException.class,
            () ->
                discover(
                    provider(kafka.bootstrap(), Map.of("security.protocol", "canary-settings"))));
    assertThat(refused.code()).isEqualTo("KAFKA_SETTINGS_INVALID");
    assertThat(refused.getMessage()).contains("\"events\"").doesNotContain("canary");
  }

  private Map<String, Discovered> discover() {
    return discover(provider(kafka.scramBootstrap(), KafkaServer.scramLogin(AUDITOR, password)));
  }

  private static Map<String, Discovered> discover(ContainmentSettings.Provider provider) {
    return Discovery.at(containment(provider), "events").stream()
        .collect(Collectors.toMap(Discovered::name, Function.identity()));
  }

  private static String failure(ContainmentSettings.Provider provider) {
    CountermandException failed =
        catchThrowableOfType(CountermandException.class, () -> discover(provider));
    assertThat(failed.code()).isEqualTo("DISCOVERY_FAILED");
    return failed.getMessage();
  }

  private static ContainmentSettings containment(ContainmentSettings.Provider provider) {
    return new ContainmentSettings(null, null, Map.of("events", provider));
  }

  private static ContainmentSettings.Provider provider(
      String bootstrap, Map<String, String> client) {
    return Providers.of(
        "kafka", Duration.ofSeconds(10), Map.of("url", bootstrap, "client", client));
  }
}
