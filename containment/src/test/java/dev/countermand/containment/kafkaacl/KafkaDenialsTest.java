package dev.countermand.containment.kafkaacl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.countermand.testkit.KafkaProbe;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom a revoker of Kafka touches, what it leaves alone and what it tells, on a real broker. */
class KafkaDenialsTest {
  private final KafkaRevokerRig rig = KafkaRevokerRig.shared();
  @AutoClose private final Revoker revoker = rig.revoker();

  @ParameterizedTest
  @CsvSource({"NARROW, 15", "SUSPEND, 7"})
  void aDenialThatWasThereBeforeIsLeftThere(Rung rung, int denials) {
    Target target = rig.freshTarget().to(rung);
    String user = KafkaRevokerRig.user(target);
    rig.kafka.deny("User:" + user, AclOperation.ALL, ResourceType.GROUP, "*");
    rig.kafka.deny("User:" + user, AclOperation.DELETE, ResourceType.TOPIC, "*");
    Collection<AclBinding> before = rig.denialsOf(user);

    Map<String, String> prior = revoker.plan(target).prior();
    revoker.execute(target);
    assertThat(rig.denialsOf(user)).hasSize(denials);
    revoker.undo(target, prior);

    assertThat(rig.denialsOf(user)).hasSize(2).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void whatTheUserMadeToComeBackByIsTold() {
    Target target = rig.freshTarget();
    String user = KafkaRevokerRig.user(target);
    String friend = KafkaProbe.uniqueName("friend");
    rig.kafka.allowOnCluster("User:" + user, AclOperation.ALTER);
    revoker.check();
    Instant start = Instant.now();
    try (Admin mine = rig.as(target)) {
      SecuredKafka.get(mine.createDelegationToken().delegationToken());
      SecuredKafka.get(
          mine.alterUserScramCredentials(
                  List.of(
                      new UserScramCredentialUpsertion(
                          friend,
                          new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096),
                          Credentials.freshSecret())))
              .all());
      SecuredKafka.get(
          mine.createAcls(
                  List.of(
                      new AclBinding(
                          new ResourcePattern(
                              ResourceType.TOPIC, KafkaRevokerRig.TOPIC, PatternType.LITERAL),
                          new AccessControlEntry(
                              "User:" + friend, "*", AclOperation.ALL, AclPermissionType.ALLOW))))
              .all());
    }
    revoker.execute(target.takenFor(start));

    Awaitility.await("the broker knows the token, too")
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(revoker.verify(target.takenFor(start)).seen())
                    .contains(
                        "1 delegation token(s) of it since " + start + ", for User:" + user,
                        "ALLOW User:" + friend + " ALL on TOPIC " + KafkaRevokerRig.TOPIC,
                        "1 SCRAM user(s) new"));
    assertThat(revoker.verify(target.takenFor(Instant.now().plusSeconds(60))).seen())
        .doesNotContain("delegation token");
  }

  @Test
  void whatAUserCouldNotHaveMadeIsNotToldOfIt() {
    Target target = rig.freshTarget();
    revoker.check();
    rig.freshTarget();
    revoker.execute(target);
    assertThat(revoker.verify(target).seen()).doesNotContain("look at");
  }

  @Test
  void theRevokersOwnUserAndThoseWhoStandForEverybodyAreRefused() {
    for (String user : List.of(KafkaRevokerRig.REVOKER, "*", "ANONYMOUS")) {
      Target target = rig.target(user, Credentials.freshSecret());
      assertThat(failure(() -> revoker.plan(target)).kind())
          .isEqualTo(RevokerException.Kind.REFUSED);
      assertThat(failure(() -> revoker.execute(target)).kind())
          .isEqualTo(RevokerException.Kind.REFUSED);
    }
    assertThat(rig.denialsOf(KafkaRevokerRig.REVOKER)).isEmpty();
  }

  @Test
  void whereADenialWouldShutOthersOutNothingIsDenied(@TempDir Path other) {
    try (SecuredKafka open =
        new SecuredKafka(other, Map.of("allow.everyone.if.no.acl.found", "true"))) {
      String secret = KafkaRevokerRig.allowedRevoker(open);
      String user = KafkaProbe.uniqueName("agent");
      Target target = rig.target(user, open.createUser(user));
      try (Revoker revokerThere =
          KafkaRevokerRig.revokerOf(open, KafkaRevokerRig.REVOKER, secret)) {
        for (Runnable call :
            List.<Runnable>of(
                revokerThere::check,
                () -> revokerThere.plan(target),
                () -> revokerThere.execute(target))) {
          RevokerException failed = failure(call);
          assertThat(failed.kind()).isEqualTo(RevokerException.Kind.FINAL);
          assertThat(failed.getMessage()).contains("allow.everyone.if.no.acl.found");
        }
        assertThat(open.acls()).noneMatch(KafkaRevokerRig::isDenial);
      }
    }
  }

  @Test
  void aRevokerWithoutTheRightFailsForGoodAndNamesIt() {
    String user = KafkaProbe.uniqueName("weak");
    String secret = rig.kafka.createUser(user);
    Target target = rig.freshTarget();
    try (Revoker weak = KafkaRevokerRig.revokerOf(rig.kafka, user, secret)) {
      RevokerException failed = failure(() -> weak.execute(target));
      assertThat(failed.kind()).isEqualTo(RevokerException.Kind.FINAL);
      assertThat(failed.getMessage()).contains("ALTER");
    }
    String wrong = Credentials.freshSecret();
    try (Revoker stranger = KafkaRevokerRig.revokerOf(rig.kafka, user, wrong)) {
      RevokerException failed = failure(stranger::check);
      assertThat(failed.kind()).isEqualTo(RevokerException.Kind.FINAL);
      assertThat(failed.getMessage()).contains("login").doesNotContain(wrong);
    }
  }

  private static RevokerException failure(Runnable call) {
    return catchThrowableOfType(RevokerException.class, call::run);
  }
}
