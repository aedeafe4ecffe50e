package dev.countermand.containment.aws;

import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.countermand.testkit.KafkaProbe;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.iam.model.AccessKey;
import software.amazon.awssdk.services.iam.model.StatusType;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.StsException;

/** Access keys of users. */
final class AccessKeyRig extends AwsRevokerRig {
  private final Map<String, Integer> seeds = new ConcurrentHashMap<>();

  AccessKeyRig(Path directory) {
    super(new AwsRevokerFactory(), directory);
  }

  /** A user with a key that may do everything. */
  @Override
  public Target freshTarget() {
    String user = KafkaProbe.uniqueName("agent");
    makeUser(admin, user, ALL);
    seeds.put(user, seeds.size() + 1);
    AccessKey key = make(user);
    return key(user, key.accessKeyId(), key.secretAccessKey());
  }

  @Override
  public Target unknownTarget() {
    return key(KafkaProbe.uniqueName("nobody"), "AKIAQQQQQQQQQQQQQQQQ", Credentials.freshSecret());
  }

  Target key(String user, String id, String secret) {
    return credentials.target(
        credentials.of(
            user, "aws-access-key", "aws", Map.of("access-key-id", id, "user", user), secret));
  }

  /** Whether STS lets the key in. */
  @Override
  public boolean works(Target target) {
    try (StsClient client =
        sts(AwsBasicCredentials.create(id(target), target.secret().orElseThrow()))) {
      return client.getCallerIdentity().arn().contains("user/");
    } catch (StsException e) {
      return false;
    }
  }

  @Override
  public Object description(Target target) {
    return admin.listAccessKeys(call -> call.userName(target.name())).accessKeyMetadata();
  }

  /** Before it is deleted it may be inactive. */
  @Override
  public void takePart(Target target) {
    if (target.rung() == Rung.REVOKE) {
      set(target, StatusType.INACTIVE);
    }
  }

  /** AWS makes no key twice; moto makes the same one of the same seed. */
  @Override
  public void giveBack(Target target) {
    if (admin.listAccessKeys(call -> call.userName(target.name())).accessKeyMetadata().isEmpty()) {
      AccessKey unused = make(target.name());
    }
    set(target, StatusType.ACTIVE);
  }

  private AccessKey make(String user) {
    server.seed(seeds.getOrDefault(user, 0));
    return admin.createAccessKey(call -> call.userName(user)).accessKey();
  }

  void set(Target target, StatusType status) {
    admin.updateAccessKey(
        call -> call.userName(target.name()).accessKeyId(id(target)).status(status));
  }

  static String id(Target target) {
    return String.valueOf(target.handle().get("access-key-id"));
  }
}
