package dev.countermand.containment.keycloak;

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
import dev.countermand.runtime.Waits;
import dev.countermand.runtime.http.HttpCaller;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Disables a client or a user first and ends its sessions second: the other way round they would be
 * opened again in between. A client's tokens of before also get a cut-off time, since a token
 * without a session would live again with the client. To revoke, what it logs in with goes, too.
 */
final class KeycloakRevoker implements Revoker {
  private static final String ENABLED = "enabled";
  private static final String DESTROYED = "destroyed";
  private static final String SERVICE_ACCOUNT = "service-account-";

  /** How far behind the server's clock the one that is known here may be. */
  private static final long UNCERTAIN_SECONDS = 2;

  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  /** Those by which people and this revoker manage a realm. */
  private static final Set<String> KEYCLOAKS_OWN =
      Set.of("account", "account-console", "admin-cli", "broker", "security-admin-console");

  private final String name;
  private final String realm;
  private final RealmAdmin admin;
  private final Sessions sessions;
  private final Secrets secrets;
  private final Canaries canaries;
  private final HttpCaller quick = new HttpCaller(Duration.ofSeconds(1));

  KeycloakRevoker(String name, String realm, RealmAdmin admin, Canaries canaries) {
    this.name = name;
    this.realm = realm;
    this.admin = admin;
    this.sessions = new Sessions(admin);
    this.secrets = new Secrets(admin);
    this.canaries = canaries;
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.SUSPEND, Rung.REVOKE);
  }

  @Override
  public void check() {
    admin.get("clients?max=1");
    admin.get("users?max=1");
  }

  @Override
  public Plan plan(Target target) {
    Holder holder = touchable(target);
    String radius =
        sessions.of(holder)
            + " of "
            + holder
            + ", which end for good"
            + (holder.isClient() ? ", as do the tokens it has" : "");
    Map<String, String> prior = new HashMap<>();
    prior.put(holder.kind(), holder.name());
    prior.put(ENABLED, Boolean.toString(holder.isEnabled()));
    if (target.rung() != Rung.REVOKE) {
      return new Plan(Grade.REVERSIBLE, radius, prior);
    }
    String kinds = secrets.kinds(holder);
    prior.put(DESTROYED, kinds);
    return new Plan(
        Grade.RE_ISSUABLE,
        radius + "; what it logs in with (" + kinds + ") is destroyed and cannot be put back",
        prior);
  }

  @Override
  public String execute(Target target) {
    Holder holder = touchable(target);
    String kinds = target.rung() == Rung.REVOKE ? secrets.kinds(holder) : "";
    if (holder.isEnabled()) {
      if (holder.isClient()) {
        target.secret().ifPresent(secret -> canaries.send(holder.name(), secret));
      }
      change(holder, Json.mapper().createObjectNode().put(ENABLED, false));
    }
    if (holder.isClient()) {
      // Once it is disabled, so that no token is younger.
      long cutOff = admin.serverSeconds() + UNCERTAIN_SECONDS;
      change(holder, Json.mapper().createObjectNode().put("notBefore", cutOff));
    } else {
      admin.send("POST", holder.path() + "/logout", "");
    }
    if (!kinds.isEmpty()) {
      secrets.destroy(holder);
    }
    String done =
        holder
            + " is disabled, "
            + (kinds.isEmpty() ? "" : "its " + kinds + " destroyed, ")
            + sessions.end(holder)
            + " session(s) ended";
    // Last and with little time: Keycloak calls an address for it that may be the agent's own.
    boolean isPushed = !holder.isClient() || admin.tell(quick, holder.path() + "/push-revocation");
    return isPushed ? done : done + ", its cut-off time could not be pushed";
  }

  @Override
  public Proof verify(Target target) {
    Holder holder = Holder.of(admin, target, name);
    if (holder.isEnabled()) {
      return Proof.alive(holder + " is enabled");
    }
    Sessions.Found open = sessions.of(holder);
    if (!open.isEmpty()) {
      return Proof.alive(holder + " has " + open);
    }
    String seen = "the admin API says that " + holder + " is disabled and has no session";
    if (target.rung() == Rung.REVOKE) {
      Proof destroyed = secrets.look(holder, target.secret());
      if (destroyed.life() != Proof.Life.DEAD) {
        return destroyed;
      }
      seen += ", and " + destroyed.seen();
    }
    if (!holder.isClient() || target.secret().isEmpty()) {
      return Proof.dead(seen + "; nothing was tried as " + holder);
    }
    Proof used = canaries.use(holder.name(), target.secret().get());
    return new Proof(used.life(), seen + "; " + used.seen());
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    Holder holder = Holder.find(admin, prior, name).orElseGet(() -> Holder.of(admin, target, name));
    canaries.forget(holder.name());
    String detail =
        "true".equals(prior.get(ENABLED))
            ? enable(holder)
            : holder + " was disabled before it was contained, too; it is left so";
    String destroyed = prior.getOrDefault(DESTROYED, "");
    return destroyed.isEmpty()
        ? Restoration.restored(detail)
        : Restoration.impossible(
            detail
                + ", but what it logged in with ("
                + destroyed
                + ") is destroyed. Give it a new one in Keycloak, and register that.");
  }

  private String enable(Holder holder) {
    if (!holder.isEnabled()) {
      change(holder, Json.mapper().createObjectNode().put(ENABLED, true));
    }
    if (!holder.again(admin, name).isEnabled()) {
      throw RevokerException.retryable(holder + " is still disabled at provider " + name + ".");
    }
    awaitCutOff(holder.notBefore());
    return holder + " is enabled again; its sessions and tokens of before are gone";
  }

  private void change(Holder holder, ObjectNode part) {
    admin.send("PUT", holder.path(), part.toString());
  }

  /** What is issued before it is dead at once; it is at most seconds away. */
  private void awaitCutOff(long seconds) {
    try {
      Optional<Boolean> unused =
          Waits.until(
              Duration.ofSeconds(UNCERTAIN_SECONDS),
              LOOK_AGAIN,
              () -> admin.serverSeconds() >= seconds ? Optional.of(true) : Optional.empty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RevokerException.retryable("Provider " + name + " was not waited for to the end.");
    }
  }

  private Holder touchable(Target target) {
    Holder holder = Holder.of(admin, target, name);
    if (holder.isClient() ? manages(holder.name()) : isOwnAccount(holder.name())) {
      throw RevokerException.refused(
          "The "
              + holder
              + " is one that Keycloak is managed by, or the revoker's own: it is never touched.");
    }
    return holder;
  }

  private boolean manages(String client) {
    return client.equals(admin.clientId())
        || KEYCLOAKS_OWN.contains(client)
        || AdminRoles.areOf(client, realm);
  }

  private boolean isOwnAccount(String user) {
    return user.equals(SERVICE_ACCOUNT + admin.clientId());
  }
}
