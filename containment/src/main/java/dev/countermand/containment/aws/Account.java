package dev.countermand.containment.aws;

import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.runtime.http.HttpCaller;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.AccessKeyMetadata;
import software.amazon.awssdk.services.iam.model.ListRolesResponse;
import software.amazon.awssdk.services.iam.model.ListUsersResponse;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.StatusType;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * The calls to one AWS account. Thread-safe; every call ends within the timeout of the provider. Of
 * an error only its code is told: its words may quote what was sent.
 */
final class Account implements AutoCloseable {
  private static final int MOST_LISTED = 1_000;
  private static final Set<String> PASSING =
      Set.of(
          "Throttling",
          "ThrottlingException",
          "RequestLimitExceeded",
          "ServiceUnavailable",
          "ServiceFailure",
          "InternalFailure",
          "RequestTimeout",
          "ConcurrentModification",
          "EntityTemporarilyUnmodifiable");

  private final String provider;
  private final IamClient iam;
  private final StsClient sts;
  private final AtomicReference<@Nullable String> ownName = new AtomicReference<>();

  Account(String provider, IamClient iam, StsClient sts) {
    this.provider = provider;
    this.iam = iam;
    this.sts = sts;
  }

  /** The name of this account's provider. */
  String provider() {
    return provider;
  }

  /** The user or role that this revoker is; what AWS said first holds. */
  String ownName() {
    String known = ownName.get();
    if (known != null) {
      return known;
    }
    String arn = ask(() -> sts.getCallerIdentity().arn());
    String[] path = arn.substring(arn.lastIndexOf(':') + 1).split("/", -1);
    // user/path/NAME, assumed-role/NAME/session, or root
    String name = path[0].equals("assumed-role") ? path[1] : path[path.length - 1];
    ownName.set(name);
    return name;
  }

  /** Refuses the user or role that the revoker itself is. */
  void refuseOwn(String name) {
    if (name.equals(ownName())) {
      throw RevokerException.refused(
          name + " is the user or role that the revoker itself is: it is never touched.");
    }
  }

  /** The access keys of a user; empty when there is no such user. */
  Optional<List<AccessKeyMetadata>> keysOf(String user) {
    return present(() -> iam.listAccessKeys(call -> call.userName(user)).accessKeyMetadata());
  }

  void setStatus(String user, String accessKeyId, StatusType status) {
    Object unused =
        ask(
            () ->
                iam.updateAccessKey(
                    call -> call.userName(user).accessKeyId(accessKeyId).status(status)));
  }

  /** Returns whether there was something to delete. */
  boolean deleteKey(String user, String accessKeyId) {
    return present(() -> iam.deleteAccessKey(call -> call.userName(user).accessKeyId(accessKeyId)))
        .isPresent();
  }

  boolean hasRole(String role) {
    return present(() -> iam.getRole(call -> call.roleName(role))).isPresent();
  }

  /** An inline policy of a role as AWS keeps it; empty when there is none, or no such role. */
  Optional<String> policy(String role, String policy) {
    return present(
        () -> iam.getRolePolicy(call -> call.roleName(role).policyName(policy)).policyDocument());
  }

  void putPolicy(String role, String policy, String document) {
    Object unused =
        ask(
            () ->
                iam.putRolePolicy(
                    call -> call.roleName(role).policyName(policy).policyDocument(document)));
  }

  /** Returns whether there was something to delete. */
  boolean deletePolicy(String role, String policy) {
    return present(() -> iam.deleteRolePolicy(call -> call.roleName(role).policyName(policy)))
        .isPresent();
  }

  /**
   * Uses a long-term key.
   *
   * @return the code of the error that AWS answers with; empty when it lets the key in
   */
  Optional<String> tryKey(String accessKeyId, String secret) {
    try {
      Object unused =
          sts.getCallerIdentity(
              call ->
                  call.overrideConfiguration(
                      with ->
                          with.credentialsProvider(
                              StaticCredentialsProvider.create(
                                  AwsBasicCredentials.create(accessKeyId, secret)))));
      return Optional.empty();
    } catch (AwsServiceException e) {
      if (e.statusCode() == 403) {
        return Optional.of(code(e));
      }
      throw trouble(e);
    } catch (SdkException e) {
      throw away();
    }
  }

  /**
   * Adds to a proof the users and roles that were made since what the target is taken away for
   * began. What this account may not list, and what is beyond the first 1,000, is named as not
   * looked at.
   */
  Proof withTraces(Proof proof, Target target) {
    if (target.since().isEmpty()) {
      return proof;
    }
    String made = String.join(", ", madeSince(target.since().get()));
    return made.isEmpty()
        ? proof
        : Proof.dead(proof.seen() + "; look at what it may come back by: " + made);
  }

  private List<String> madeSince(Instant since) {
    Instant second = since.truncatedTo(ChronoUnit.SECONDS);
    List<String> made = new ArrayList<>();
    try {
      ListUsersResponse users = iam.listUsers(call -> call.maxItems(MOST_LISTED));
      users.users().stream()
          .filter(user -> !user.createDate().isBefore(second))
          .forEach(user -> made.add("user " + user.userName()));
      note(made, users.isTruncated(), "users");
      ListRolesResponse roles = iam.listRoles(call -> call.maxItems(MOST_LISTED));
      roles.roles().stream()
          .filter(role -> !role.createDate().isBefore(second))
          .forEach(role -> made.add("role " + role.roleName()));
      note(made, roles.isTruncated(), "roles");
    } catch (SdkException e) {
      // The proof of the credential itself must not fail for want of this right.
      made.add("new users and roles could not be listed");
    }
    return made;
  }

  private static void note(List<String> made, @Nullable Boolean isTruncated, String what) {
    if (Boolean.TRUE.equals(isTruncated)) {
      made.add("only the first " + MOST_LISTED + " " + what + " were looked at");
    }
  }

  private <T> Optional<T> present(Supplier<T> call) {
    return ask(
        () -> {
          try {
            return Optional.of(call.get());
          } catch (NoSuchEntityException e) {
            return Optional.empty();
          }
        });
  }

  private <T> T ask(Supplier<T> call) {
    try {
      return call.get();
    } catch (AwsServiceException e) {
      throw trouble(e);
    } catch (SdkException e) {
      throw away();
    }
  }

  private RevokerException away() {
    return RevokerException.retryable(
        "Provider " + provider + " did not answer, or the revoker has no credentials for it.");
  }

  private RevokerException trouble(AwsServiceException error) {
    String message = "Provider " + provider + " answered " + code(error) + ".";
    if (error.statusCode() / 100 != 5 && error.statusCode() != 429 && !isPassing(error)) {
      return RevokerException.fatal(
          message + " Check the revoker's credentials and its rights, and the handle.");
    }
    Duration pause = pause(error);
    return pause == null
        ? RevokerException.retryable(message)
        : RevokerException.retryable(message, pause);
  }

  private static @Nullable Duration pause(AwsServiceException error) {
    SdkHttpResponse response =
        error.awsErrorDetails() == null ? null : error.awsErrorDetails().sdkHttpResponse();
    return response == null
        ? null
        : HttpCaller.pause(response.firstMatchingHeader("Retry-After").orElse(""));
  }

  private static boolean isPassing(AwsServiceException error) {
    return PASSING.contains(code(error));
  }

  private static String code(AwsServiceException error) {
    String code = error.awsErrorDetails() == null ? "" : error.awsErrorDetails().errorCode();
    return code != null && code.matches("[A-Za-z.]{1,60}") ? code : "an error";
  }

  @Override
  public void close() {
    iam.close();
    sts.close();
  }
}
