package dev.countermand.containment.aws;

import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.iam.model.AccessKeyMetadata;
import software.amazon.awssdk.services.iam.model.StatusType;

/**
 * Long-term access keys of users: made inactive, or deleted. Sessions that were got with a key live
 * on until they expire; IAM has no call that ends them.
 */
final class AccessKeys implements Revoker {
  private static final String KEY = "access-key-id";
  private static final String USER = "user";
  private static final String STATUS = "status";
  private static final String NO_LIFE = "InvalidClientTokenId";

  private final Account account;

  AccessKeys(Account account) {
    this.account = account;
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.SUSPEND, Rung.REVOKE);
  }

  @Override
  public void check() {
    String unused = account.ownName();
  }

  @Override
  public Plan plan(Target target) {
    String user = user(target);
    String id = id(target);
    AccessKeyMetadata key =
        find(user, id)
            .orElseThrow(
                () ->
                    RevokerException.fatal(
                        "Provider "
                            + account.provider()
                            + " has no access key "
                            + id
                            + " of user "
                            + user
                            + ". Check the handle the credential is registered with."));
    boolean isFinal = target.rung() == Rung.REVOKE;
    return new Plan(
        isFinal ? Grade.RE_ISSUABLE : Grade.REVERSIBLE,
        "one access key of user " + user + (isFinal ? ", which cannot be put back" : ""),
        Map.of(KEY, id, USER, user, STATUS, key.statusAsString()));
  }

  @Override
  public String execute(Target target) {
    String user = user(target);
    String id = id(target);
    Optional<AccessKeyMetadata> key = find(user, id);
    if (key.isEmpty()) {
      return "user " + user + " has no access key " + id + " any more";
    }
    if (target.rung() == Rung.REVOKE) {
      boolean wasThere = account.deleteKey(user, id);
      return "access key " + id + (wasThere ? " is deleted" : " was deleted already");
    }
    account.setStatus(user, id, StatusType.INACTIVE);
    return "access key " + id + " is set to Inactive";
  }

  @Override
  public Proof verify(Target target) {
    String user = user(target);
    String id = id(target);
    Optional<AccessKeyMetadata> key = find(user, id);
    if (key.isPresent() && key.get().status() == StatusType.ACTIVE) {
      return Proof.alive("access key " + id + " is Active");
    }
    if (key.isPresent() && target.rung() == Rung.REVOKE) {
      return Proof.alive(
          "access key " + id + " is " + key.get().statusAsString() + ", not deleted");
    }
    Optional<String> secret = target.secret();
    Optional<String> error = secret.flatMap(known -> account.tryKey(id, known));
    // STS may let a key in for some seconds after IAM has said that it is not active.
    if (secret.isPresent() && error.isEmpty()) {
      return Proof.alive("STS lets access key " + id + " in");
    }
    String seen =
        "access key "
            + id
            + key.map(known -> " is " + known.statusAsString()).orElse(" does not exist")
            + error.map(AccessKeys::tried).orElse("; not tried, because its secret is not sealed")
            + "; sessions that were got with it may live for up to 36 hours";
    String others = others(target, user, id);
    return account.withTraces(
        Proof.dead(
            others.isEmpty() ? seen : seen + "; keys that user " + user + " got since: " + others),
        target);
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    String user = word(prior, USER, target);
    String id = word(prior, KEY, target);
    account.refuseOwn(user);
    if (find(user, id).isEmpty()) {
      return Restoration.impossible(
          "Access key " + id + " is deleted. Make user " + user + " a new one, and register it.");
    }
    if (!StatusType.ACTIVE.toString().equals(prior.get(STATUS))) {
      return Restoration.restored("access key " + id + " was not active before, and stays so");
    }
    account.setStatus(user, id, StatusType.ACTIVE);
    return Restoration.restored("access key " + id + " is Active again");
  }

  private static String tried(String error) {
    return error.equals(NO_LIFE)
        ? "; tried, it is refused: " + NO_LIFE
        : "; trying it proved nothing: " + error;
  }

  private String others(Target target, String user, String id) {
    if (target.since().isEmpty()) {
      return "";
    }
    return account.keysOf(user).orElse(List.of()).stream()
        .filter(key -> !key.accessKeyId().equals(id))
        .filter(
            key -> !key.createDate().isBefore(target.since().get().truncatedTo(ChronoUnit.SECONDS)))
        .map(AccessKeyMetadata::accessKeyId)
        .collect(Collectors.joining(", "));
  }

  private Optional<AccessKeyMetadata> find(String user, String id) {
    return account.keysOf(user).stream()
        .flatMap(List::stream)
        .filter(key -> key.accessKeyId().equals(id))
        .findFirst();
  }

  private String user(Target target) {
    String user = word(target.handle(), USER, target);
    account.refuseOwn(user);
    return user;
  }

  private static String id(Target target) {
    return word(target.handle(), KEY, target);
  }

  private static String word(Map<String, String> words, String key, Target target) {
    String word = words.get(key);
    if (word == null || word.isEmpty()) {
      throw RevokerException.fatal(
          "Credential "
              + target
              + " is registered without "
              + key
              + ". Register it again with the handle access-key-id=<id> user=<name>.");
    }
    return word;
  }

  @Override
  public void close() {
    account.close();
  }
}
