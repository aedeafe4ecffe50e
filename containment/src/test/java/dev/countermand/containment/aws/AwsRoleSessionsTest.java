package dev.countermand.containment.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.containment.revoker.HttpRevokerContract;
import dev.countermand.containment.revoker.HttpRevokerRig;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Target;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, and what is proved, for sessions of roles at moto, which reads no conditions. */
class AwsRoleSessionsTest extends HttpRevokerContract {
  @AutoClose private static RoleSessionsRig rig;

  @BeforeAll
  static void anAccountWithARevoker(@TempDir Path directory) {
    rig = new RoleSessionsRig(directory);
  }

  @Override
  protected HttpRevokerRig rig() {
    return rig;
  }

  @Test
  void sessionsThatWereIssuedUpToNowAreDeniedEverything() {
    Target target = rig.freshTarget();
    Instant before = Instant.now();
    revoker().execute(target);
    String policy = policy(target, "CountermandContainment");
    assertThat(policy).contains("\"Deny\"", "\"DateLessThan\"", "aws:TokenIssueTime");
    Instant until =
        Instant.parse(policy.replaceAll("(?s).*\"aws:TokenIssueTime\":\\s*\"([^\"]+)\".*", "$1"));
    assertThat(until).isBetween(before.plusSeconds(58), before.plusSeconds(90));
    assertThat(revoker().verify(target).seen()).contains(until.toString(), "can get a new one");
  }

  @Test
  void aPolicyThatEndsBeforeItBeganIsNoProof() {
    Target target = rig.freshTarget();
    revoker().execute(target);
    assertThat(revoker().verify(target.takenFor(Instant.now().plusSeconds(3600))).life())
        .isEqualTo(Proof.Life.ALIVE);
  }

  @Test
  void aPolicyOfOurNameThatDeniesLessIsNoProof() {
    Target target = rig.freshTarget();
    revoker().execute(target);
    String weaker = policy(target, "CountermandContainment").replaceFirst("\"\\*\"", "\"s3:*\"");
    rig.admin.putRolePolicy(
        call ->
            call.roleName(RoleSessionsRig.name(target))
                .policyName("CountermandContainment")
                .policyDocument(weaker));
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
  }

  @Test
  void eachSourceIdentityHasAPolicyOfItsOwn() {
    Target one = rig.freshRole(Map.of("source-identity", "agent+1@example.com"));
    Target two =
        rig.role(
            Map.of("role", RoleSessionsRig.name(one), "source-identity", "agent-2"), "x-session");
    Map<String, String> prior = revoker().plan(one).prior();
    revoker().execute(one);
    revoker().execute(two);
    assertThat(revoker().verify(one).life()).isEqualTo(Proof.Life.DEAD);
    assertThat(revoker().verify(one).seen()).contains("that source identity");

    revoker().undo(one, prior);

    assertThat(revoker().verify(one).life()).isEqualTo(Proof.Life.ALIVE);
    assertThat(revoker().verify(two).life()).isEqualTo(Proof.Life.DEAD);
    List<String> left =
        rig.admin.listRolePolicies(call -> call.roleName(RoleSessionsRig.name(two))).policyNames();
    assertThat(left).hasSize(2).contains("all");
    assertThat(policy(two, left.get(left.get(0).equals("all") ? 1 : 0)))
        .contains("\"aws:SourceIdentity\"", "\"agent-2\"");
  }

  @Test
  void aPolicyThatWasThereBeforeStays() {
    Target target = rig.freshTarget();
    revoker().execute(target);
    Map<String, String> prior = revoker().plan(target).prior();
    revoker().undo(target, prior);
    assertThat(rig.works(target)).isFalse();
  }

  private static String policy(Target target, String name) {
    return URLDecoder.decode(
        rig.admin
            .getRolePolicy(call -> call.roleName(RoleSessionsRig.name(target)).policyName(name))
            .policyDocument(),
        StandardCharsets.UTF_8);
  }
}
