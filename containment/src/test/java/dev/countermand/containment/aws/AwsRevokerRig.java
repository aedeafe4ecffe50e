package dev.countermand.containment.aws;

import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.containment.revoker.Target;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.testkit.KafkaProbe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.AccessKey;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.StsException;

/** An account at moto with a revoker that has the rights that the documentation names, no more. */
final class AwsRevokerRig implements AutoCloseable {
  static final String REVOKER = "countermand";
  static final String ROLE = "role";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String ALL = policy("\"*\"");
  private static final String RIGHTS =
      policy(
          """
          "iam:ListAccessKeys", "iam:UpdateAccessKey", "iam:DeleteAccessKey", "iam:GetRole",
          "iam:GetRolePolicy", "iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:ListUsers",
          "iam:ListRoles"
          """);

  final IamClient admin;
  final AccessKey revokersKey;
  private final MotoServer server;
  private final Credentials credentials;
  private final Path directory;
  private final StsClient adminsSts;
  private final Map<String, AwsCredentials> sessions = new ConcurrentHashMap<>();

  AwsRevokerRig(Path directory) {
    this.directory = directory;
    credentials = new Credentials(directory.resolve("keys"));
    server = new MotoServer(directory, 3);
    AccessKey adminsKey;
    try (IamClient anybody = iam(AwsBasicCredentials.create("nobody", "nobody"))) {
      adminsKey = userWith(anybody, "admin", ALL);
    }
    admin = iam(login(adminsKey));
    adminsSts = sts(login(adminsKey));
    revokersKey = userWith(admin, REVOKER, RIGHTS);
  }

  Revoker revoker(RevokerFactory factory) {
    return revokerAt(factory, server.port(), TIMEOUT);
  }

  Revoker revokerAt(RevokerFactory factory, int port, Duration timeout) {
    return create(factory, revokersKey.secretAccessKey(), port, timeout);
  }

  Revoker strangersRevoker(String secret) {
    return create(new AwsRevokerFactory(), secret, server.port(), TIMEOUT);
  }

  private Revoker create(RevokerFactory factory, String secret, int port, Duration timeout) {
    return factory.create(
        "aws",
        Providers.of(
            factory.type(),
            timeout,
            Map.of(
                "url",
                "http://127.0.0.1:" + port,
                "client-id",
                revokersKey.accessKeyId(),
                "client-secret",
                Providers.secret(directory.resolve("revoker.secret"), secret))),
        new HttpCaller(timeout));
  }

  /** A user with a key that may do everything. */
  Target freshKey() {
    String user = KafkaProbe.uniqueName("agent");
    AccessKey key = userWith(admin, user, ALL);
    return key(user, key.accessKeyId(), key.secretAccessKey());
  }

  Target key(String user, String id, String secret) {
    return credentials.target(
        credentials.of(
            user, "aws-access-key", "aws", Map.of("access-key-id", id, "user", user), secret));
  }

  Target unknownKey() {
    return key(KafkaProbe.uniqueName("nobody"), "AKIAQQQQQQQQQQQQQQQQ", Credentials.freshSecret());
  }

  /** Whether STS lets the key in. */
  boolean keyWorks(Target target) {
    String id = String.valueOf(target.handle().get("access-key-id"));
    try (StsClient client = sts(AwsBasicCredentials.create(id, target.secret().orElseThrow()))) {
      return client.getCallerIdentity().arn().contains("user/");
    } catch (StsException e) {
      return false;
    }
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
    admin.putRolePolicy(call -> call.roleName(role).policyName("all").policyDocument(ALL));
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
  boolean roleWorks(Target target) {
    try (IamClient client = iam(sessions.get(String.valueOf(target.handle().get(ROLE))))) {
      return client.listUsers().hasUsers();
    } catch (IamException e) {
      return false;
    }
  }

  private static AccessKey userWith(IamClient as, String user, String policy) {
    as.createUser(call -> call.userName(user));
    as.putUserPolicy(call -> call.userName(user).policyName("rights").policyDocument(policy));
    return as.createAccessKey(call -> call.userName(user)).accessKey();
  }

  private static AwsCredentials login(AccessKey key) {
    return AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey());
  }

  private IamClient iam(AwsCredentials who) {
    return IamClient.builder()
        .region(Region.US_EAST_1)
        .endpointOverride(server.address())
        .credentialsProvider(StaticCredentialsProvider.create(who))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }

  private StsClient sts(AwsCredentials who) {
    return StsClient.builder()
        .region(Region.US_EAST_1)
        .endpointOverride(server.address())
        .credentialsProvider(StaticCredentialsProvider.create(who))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }

  private static String policy(String actions) {
    return """
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[%s],"Resource":"*"}]}"""
        .formatted(actions);
  }

  @Override
  public void close() {
    admin.close();
    adminsSts.close();
    server.close();
  }
}
