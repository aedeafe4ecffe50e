package dev.countermand.containment.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.countermand.model.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes service accounts out of the role bindings, and deletes them. Kubernetes has no call that
 * revokes a token: all tokens of an account, those of secrets, too, die with the account's object,
 * and one of the same name that is made later is another.
 */
final class KubernetesRevoker implements Revoker {
  private static final String BINDINGS = "bindings";
  private static final String UID = "uid";

  private final Api api;
  private final Bindings bindings;
  private final Reviews reviews;
  private final Traces traces;

  KubernetesRevoker(Api api) {
    this.api = api;
    this.bindings = new Bindings(api);
    this.reviews = new Reviews(api);
    this.traces = new Traces(api);
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.SUSPEND, Rung.REVOKE);
  }

  @Override
  public void check() {
    String unused = reviews.own();
  }

  @Override
  public Plan plan(Target target) {
    Account account = account(target);
    JsonNode object =
        api.find(account.path())
            .orElseThrow(
                () ->
                    RevokerException.fatal(
                        "Provider "
                            + api.provider()
                            + " has no "
                            + account
                            + ". Check the handle the credential is registered with."));
    boolean isFinal = target.rung() == Rung.REVOKE;
    Api.Listed listed = bindings.list();
    List<JsonNode> taken = of(account, listed);
    return new Plan(
        isFinal ? Grade.RE_ISSUABLE : Grade.REVERSIBLE,
        account
            + " in "
            + taken.size()
            + " role bindings, and "
            + traces.pods(account)
            + " that run as it"
            + (isFinal ? "; its tokens cannot be put back" : "")
            + (listed.isWhole() ? "" : "; " + unseen(listed)),
        listed.isWhole(),
        Map.of(
            Account.NAMESPACE,
            account.namespace(),
            Account.NAME,
            account.name(),
            UID,
            object.at("/metadata/uid").asText(""),
            BINDINGS,
            Bindings.wayBack(taken, account)));
  }

  @Override
  public String execute(Target target) {
    Account account = account(target);
    List<JsonNode> taken = of(account, bindings.list());
    taken.forEach(binding -> bindings.take(binding, account));
    String done = account + " is taken out of " + taken.size() + " role bindings";
    return target.rung() == Rung.REVOKE ? done + ", and " + delete(account) : done;
  }

  private String delete(Account account) {
    Optional<JsonNode> object = api.find(account.path());
    if (object.isEmpty()) {
      return "does not exist (any more)";
    }
    ObjectNode options =
        Json.mapper().createObjectNode().put("apiVersion", "v1").put("kind", "DeleteOptions");
    options.putObject("preconditions").put(UID, object.get().at("/metadata/uid").asText(""));
    api.change("DELETE", account.path(), options);
    return "is deleted";
  }

  @Override
  public Proof verify(Target target) {
    Account account = account(target);
    Api.Listed listed = bindings.list();
    List<JsonNode> all = listed.items();
    for (JsonNode binding : all) {
      if (Bindings.isOf(binding, account)) {
        return Proof.alive("role binding " + Bindings.name(binding) + " names " + account);
      }
    }
    if (!listed.isWhole()) {
      return Proof.unknown(unseen(listed));
    }
    String since = traces.since(target, account, all);
    return target.rung() == Rung.REVOKE
        ? deleted(target, account, since)
        : withoutRights(account, all, since);
  }

  private Proof withoutRights(Account account, List<JsonNode> all, String since) {
    for (JsonNode binding : all) {
      Optional<String> group = Bindings.group(binding, account);
      if (group.isPresent()) {
        return Proof.alive(
            account
                + " has rights by role binding "
                + Bindings.name(binding)
                + ", which names the group "
                + group.get()
                + "; take that away, or order revoke");
      }
    }
    Optional<String> right = reviews.right(account);
    return right
        .map(
            allowed ->
                Proof.alive(
                    "the cluster allows " + account + " to " + allowed + ", by no role binding"))
        .orElseGet(
            () ->
                Proof.dead(
                    account
                        + " is in no role binding, and SubjectAccessReview allows it nothing that"
                        + " was asked; its tokens log in without rights"
                        + since));
  }

  private Proof deleted(Target target, Account account, String since) {
    if (api.find(account.path()).isPresent()) {
      return Proof.alive(account + " exists");
    }
    Optional<String> token = target.secret();
    if (token.isEmpty()) {
      return Proof.dead(
          account + " does not exist; no token was tried, because none is sealed" + since);
    }
    return switch (reviews.tokenOf(account, token.get())) {
      // For up to 10 s the cluster remembers that it let a token in.
      case LET_IN -> Proof.alive(account + " does not exist, and its token is still let in");
      case REFUSED ->
          Proof.dead(account + " does not exist; TokenReview refuses its token" + since);
      case OF_ANOTHER ->
          Proof.alive(
              account
                  + " does not exist, but the sealed token is let in as somebody else: register it"
                  + " with the account it is of");
      case UNKNOWN -> Proof.unknown("TokenReview did not answer whether the token is let in");
    };
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    Account account =
        new Account(
            String.valueOf(prior.get(Account.NAMESPACE)), String.valueOf(prior.get(Account.NAME)));
    refuseOwn(account);
    int gone = bindings.putBack(prior.getOrDefault(BINDINGS, "[]"));
    String put =
        gone == 0
            ? "its role bindings are as before"
            : "its role bindings are as before, but for " + gone + " that are not there any more";
    String uid = api.find(account.path()).map(o -> o.at("/metadata/uid").asText("")).orElse("");
    if (uid.isEmpty() || !uid.equals(prior.get(UID))) {
      return Restoration.impossible(
          "The "
              + account
              + " of before is deleted; "
              + put
              + ". Create it again, restart what runs as it, and register its new token.");
    }
    return Restoration.restored("the " + account + " is there, and " + put);
  }

  private static List<JsonNode> of(Account account, Api.Listed listed) {
    return listed.items().stream().filter(binding -> Bindings.isOf(binding, account)).toList();
  }

  private static String unseen(Api.Listed listed) {
    return "the cluster has more role bindings than the "
        + listed.items().size()
        + " that were looked at";
  }

  private Account account(Target target) {
    Account account = Account.of(target);
    refuseOwn(account);
    if (target.rung() == Rung.REVOKE && account.name().equals("default")) {
      throw RevokerException.fatal(
          "Kubernetes makes the "
              + account
              + " anew as soon as it is deleted. Order suspend, and give agents accounts of their"
              + " own.");
    }
    return account;
  }

  private void refuseOwn(Account account) {
    if (account.user().equals(reviews.own())) {
      throw RevokerException.refused(
          "The " + account + " is the revoker's own: it is never touched.");
    }
  }
}
