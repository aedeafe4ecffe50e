package dev.countermand.containment.aws;

import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.HttpRevokerRig;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.http.HttpCaller;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.AccessKey;
import software.amazon.awssdk.services.sts.StsClient;

/** An account at moto with a revoker that has the rights that the documentation names, no more. */
abstract class AwsRevokerRig implements HttpRevokerRig, AutoCloseable {
  static final String REVOKER = "countermand";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  static final String ALL = policy("\"*\"");
  private static final List<String> CHANGES =
      List.of(
          "Action=UpdateAccessKey",
          "Action=DeleteAccessKey",
          "Action=PutRolePolicy",
          "Action=DeleteRolePolicy");
  private static final String RIGHTS =
      policy(
          """
          "iam:ListAccessKeys", "iam:UpdateAccessKey", "iam:DeleteAccessKey", "iam:GetRole",
          "iam:GetRolePolicy", "iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:ListUsers",
          "iam:ListRoles"
          """);

  final IamClient admin;
  final AccessKey revokersKey;
  final MotoServer server;
  final Credentials credentials;
  final StsClient adminsSts;
  private final RevokerFactory factory;
  private final Path directory;

  AwsRevokerRig(RevokerFactory factory, Path directory) {
    this.factory = factory;
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

  @Override
  public Revoker revoker() {
    return revokerAt(server.port(), TIMEOUT);
  }

  @Override
  public Revoker revokerAt(int port, Duration timeout) {
    return create(revokersKey.secretAccessKey(), port, timeout);
  }

  Revoker strangersRevoker(String secret) {
    return create(secret, server.port(), TIMEOUT);
  }

  private Revoker create(String secret, int port, Duration timeout) {
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

  @Override
  public URI provider() {
    return server.address();
  }

  @Override
  public boolean changesSomething(String method, String path, String body) {
    return CHANGES.stream().anyMatch(body::contains);
  }

  @Override
  public String yes() {
    return "<Response/>";
  }

  private static AccessKey userWith(IamClient as, String user, String policy) {
    makeUser(as, user, policy);
    return as.createAccessKey(call -> call.userName(user)).accessKey();
  }

  static void makeUser(IamClient as, String user, String policy) {
    as.createUser(call -> call.userName(user));
    as.putUserPolicy(call -> call.userName(user).policyName("rights").policyDocument(policy));
  }

  private static AwsCredentials login(AccessKey key) {
    return AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey());
  }

  IamClient iam(AwsCredentials who) {
    return IamClient.builder()
        .region(Region.US_EAST_1)
        .endpointOverride(server.address())
        .credentialsProvider(StaticCredentialsProvider.create(who))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }

  StsClient sts(AwsCredentials who) {
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
