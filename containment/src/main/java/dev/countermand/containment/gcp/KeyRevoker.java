package dev.countermand.containment.gcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Disables or deletes keys of service accounts. The access tokens that were got with a key are not
 * the key's any more, and live until they expire.
 */
final class KeyRevoker implements Revoker {
  private static final String KEY = "key-id";
  private static final String DISABLED = "disabled";
  private static final String FORM = "service-account=<e-mail> key-id=<id>";

  private final Iam iam;
  private final Trials trials;

  KeyRevoker(Iam iam, Trials trials) {
    this.iam = iam;
    this.trials = trials;
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.SUSPEND, Rung.REVOKE);
  }

  @Override
  public void check() {
    iam.check();
  }

  @Override
  public Plan plan(Target target) {
    String account = iam.account(target, FORM);
    String id = target.handle(KEY, FORM);
    JsonNode key =
        iam.find(Iam.path(account, id))
            .orElseThrow(
                () ->
                    RevokerException.fatal(
                        "Provider "
                            + iam.provider()
                            + " has no key "
                            + id
                            + " of service account "
                            + account
                            + ". Check the handle the credential is registered with."));
    boolean isFinal = target.rung() == Rung.REVOKE;
    return new Plan(
        isFinal ? Grade.RE_ISSUABLE : Grade.REVERSIBLE,
        "one key of service account "
            + account
            + (isFinal ? ", which cannot be put back" : "")
            + "; its access tokens live on for up to an hour",
        Map.of(Iam.ACCOUNT, account, KEY, id, DISABLED, String.valueOf(isDisabled(key))));
  }

  @Override
  public String execute(Target target) {
    String account = iam.account(target, FORM);
    String id = target.handle(KEY, FORM);
    String path = Iam.path(account, id);
    boolean isFinal = target.rung() == Rung.REVOKE;
    boolean wasThere = isFinal ? iam.change("DELETE", path) : iam.change("POST", path + ":disable");
    if (!wasThere) {
      return "service account " + account + " has no key " + id + " (any more)";
    }
    return "key " + id + (isFinal ? " is deleted" : " is disabled");
  }

  @Override
  public Proof verify(Target target) {
    String account = iam.account(target, FORM);
    String id = target.handle(KEY, FORM);
    Optional<JsonNode> key = iam.find(Iam.path(account, id));
    if (key.isPresent() && target.rung() == Rung.REVOKE) {
      return Proof.alive("key " + id + " is not deleted");
    }
    if (key.isPresent() && !isDisabled(key.get())) {
      return Proof.alive("key " + id + " is enabled");
    }
    return trials.proof(
        target,
        "key " + id + (key.isPresent() ? " is disabled" : " does not exist (any more)"),
        file -> file.email().equals(account) && file.id().equals(id),
        "; access tokens that were got with it live for up to an hour: gcp-account ends them"
            + iam.keysSince(target, account, id));
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    String account = iam.notOwn(String.valueOf(prior.get(Iam.ACCOUNT)));
    String id = String.valueOf(prior.get(KEY));
    String path = Iam.path(account, id);
    if (Boolean.parseBoolean(prior.get(DISABLED)) && iam.find(path).isPresent()) {
      return Restoration.restored("key " + id + " was disabled before, and stays so");
    }
    return iam.change("POST", path + ":enable")
        ? Restoration.restored("key " + id + " is enabled again")
        : Restoration.impossible(
            "Key " + id + " is deleted. Make " + account + " a new one, and register it.");
  }

  private static boolean isDisabled(JsonNode key) {
    return key.path(DISABLED).asBoolean(false);
  }
}
