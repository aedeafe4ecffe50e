package dev.countermand.containment;

import static dev.countermand.model.StepState.VERIFIED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.containment.kafkaacl.SecuredKafka;
import dev.countermand.embedded.KafkaServer;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Credential;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Step;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KafkaContainmentTest {
  private static final String AGENT = "agent-7";
  private static final String USER = "billing-coder";

  @AutoClose private Rig rig;
  @AutoClose private SecuredKafka events;

  @Test
  void aUserIsDeniedEverythingByAnOrderAndAReleaseGivesItBack(@TempDir Path directory)
      throws IOException {
    rig = new Rig(directory.resolve("rig"));
    events = new SecuredKafka(directory.resolve("events"));
    String revoker = events.createUser("revoker");
    events.allowOnCluster("User:revoker", AclOperation.ALTER);
    events.allow("User:revoker", AclOperation.DESCRIBE, ResourceType.DELEGATION_TOKEN, "*");
    events.createTopic("orders");
    String secret = events.createUser(USER);
    events.allow("User:" + USER, AclOperation.ALL, ResourceType.TOPIC, "orders");
    rig.provider(
        "events",
        Providers.of(
            "kafka",
            Duration.ofSeconds(5),
            Map.of(
                "url",
                events.scramBootstrap(),
                "client",
                KafkaServer.scramLogin("revoker", revoker))));
    Credential credential =
        rig.credentials.of(USER, "kafka-user", "events", Map.of("user", USER), secret);
    rig.register(credential);
    rig.start(Mode.ENFORCE);

    // Made between the bad action and the order.
    ContainmentOrder order =
        Rig.order(OrderKind.CONTAIN, AGENT, "scoring", List.of(credential.fingerprint()));
    try (Admin mine = events.adminOf(USER, secret)) {
      SecuredKafka.get(mine.createDelegationToken().delegationToken());
      assertThat(SecuredKafka.get(mine.listTopics().names())).containsExactly("orders");
      rig.send(order);
      ContainmentOutcome dead = rig.await(order, Step.REVOKE, VERIFIED);
      assertThat(dead.proof()).contains("sees no topic", "1 delegation token(s) of it since");
      assertThat(dead.prior()).containsEntry("user", USER).containsEntry("grade", "reversible");
      assertThat(SecuredKafka.get(mine.listTopics().names())).isEmpty();

      rig.await(rig.release(AGENT), Step.RELEASE, VERIFIED);
      assertThat(SecuredKafka.get(mine.listTopics().names())).containsExactly("orders");
    }
    rig.assertNowhere(secret);
  }
}
