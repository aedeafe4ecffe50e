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

/** Disables service accounts: all their keys, and the access tokens that they already have. */
final class AccountRevoker implements Revoker {
  private static final String DISABLED = "disabled";
  private static final String FORM = "service-account=<e-mail>";

  private final Iam iam;
  private final Trials trials;

  AccountRevoker(Iam iam, Trials trials) {
    this.iam = iam;
    this.trials = trials;
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.SUSPEND);
  }

  @Override
  public void check() {
    iam.check();
  }

  @Override
  public Plan plan(Target target) {
    String account = iam.account(target, FORM);
    JsonNode known =
        iam.find(Iam.path(account))
            .orElseThrow(
                () ->
                    RevokerException.fatal(
                        "Provider "
                            + iam.provider()
                            + " has no service account "
                            + account
                            + ". Check the handle the credential is registered with."));
    return new Plan(
        Grade.REVERSIBLE,
        "everything that runs as service account " + account + ", with any key or none",
        Map.of(Iam.ACCOUNT, account, DISABLED, String.valueOf(isDisabled(known))));
  }

  @Override
  public String execute(Target target) {
    String account = iam.account(target, FORM);
    return iam.change("POST", Iam.path(account) + ":disable")
        ? "service account " + account + " is disabled"
        : "there is no service account " + account + " (any more)";
  }

  @Override
  public Proof verify(Target target) {
    String account = iam.account(target, FORM);
    Optional<JsonNode> known = iam.find(Iam.path(account));
    if (known.isPresent() && !isDisabled(known.get())) {
      return Proof.alive("service account " + account + " is enabled");
    }
    return trials.proof(
        target,
        "service account "
            + account
            + (known.isPresent() ? " is disabled" : " does not exist (any more)"),
        file -> file.email().equals(account),
        known.isPresent() ? iam.keysSince(target, account, "") : "");
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    String account = iam.notOwn(String.valueOf(prior.get(Iam.ACCOUNT)));
    if (Boolean.parseBoolean(prior.get(DISABLED))) {
      return Restoration.restored(
          "service account " + account + " was disabled before, and stays so");
    }
    return iam.change("POST", Iam.path(account) + ":enable")
        ? Restoration.restored("service account " + account + " is enabled again")
        : Restoration.impossible(
            "Somebody deleted service account "
                + account
                + ". Within 30 days Google can undelete it.");
  }

  private static boolean isDisabled(JsonNode account) {
    return account.path(DISABLED).asBoolean(false);
  }
}
