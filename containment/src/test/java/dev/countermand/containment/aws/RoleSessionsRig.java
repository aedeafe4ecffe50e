package dev.countermand.containment.aws;

import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Target;
import dev.countermand.testkit.KafkaProbe;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.IamException;

/** Sessions of roles. */
final class RoleSessionsRig extends AwsRevokerRig {
  static final String ROLE = "role";
  private static final String RIGHTS = "all";

  private final Map<String, AwsCredentials> sessions = new ConcurrentHashMap<>();

  RoleSessionsRig(Path directory) {
    super(new AwsRoleRevokerFactory(), directory);
  }

  @Override
  public Target freshTarget() {
    return freshRole(Map.of());
  }

  @Override
  public Target unknownTarget() {
    return role(Map.of(ROLE, KafkaProbe.uniqueName("nobody")), Credentials.freshSecret());
  }

  /** A role that may do everything, with an open session. */
  Target freshRole(Map<String, String> more) {
    String role = KafkaProbe.uniqueName("worker");
    admin.createRole(
        call ->
            call.roleName(role)
                .assumeRolePolicyDocument(
                    """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                     "Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"""));
    admin.putRolePolicy(call -> call.roleName(role).policyName(RIGHTS).policyDocument(ALL));
    Map<String, String> handle = new HashMap<>(more);
    handle.put(ROLE, role);
    software.amazon.awssdk.services.sts.model.Credentials got =
        adminsSts
            .assumeRole(
                call ->
                    call.roleArn("arn:aws:iam::123456789012:role/" + role).roleSessionName("agent"))
            .credentials();
    sessions.put(
        role,
        AwsSessionCredentials.create(got.accessKeyId(), got.secretAccessKey(), got.sessionToken()));
    return role(handle, got.sessionToken());
  }

  Target role(Map<String, String> handle, String token) {
    return credentials.target(credentials.of("session", "aws-session", "aws", handle, token));
  }

  /** Whether the session may list users. */
  @Override
  public boolean works(Target target) {
    try (IamClient client = iam(sessions.get(name(target)))) {
      return client.listUsers().hasUsers();
    } catch (IamException e) {
      return false;
    }
  }

  @Override
  public Object description(Target target) {
    String role = name(target);
    Map<String, String> policies = new TreeMap<>();
    for (String policy : admin.listRolePolicies(call -> call.roleName(role)).policyNames()) {
      policies.put(
          policy,
          admin.getRolePolicy(call -> call.roleName(role).policyName(policy)).policyDocument());
    }
    return policies;
  }

  @Override
  public void takePart(Target target) {
    // One call.
  }

  @Override
  public void giveBack(Target target) {
    String role = name(target);
    for (String policy : admin.listRolePolicies(call -> call.roleName(role)).policyNames()) {
      if (!policy.equals(RIGHTS)) {
        admin.deleteRolePolicy(call -> call.roleName(role).policyName(policy));
      }
    }
  }

  static String name(Target target) {
    return String.valueOf(target.handle().get(ROLE));
  }
}
