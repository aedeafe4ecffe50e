package dev.countermand.containment.openbao;

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

/** Revokes what the server issued: a token, a lease, or all leases below a prefix. */
final class VaultRevoker implements Revoker {
  private static final String ACCESSOR = "accessor";
  private static final String LEASE = "lease";
  private static final String PREFIX = "lease-prefix";

  private final Server server;
  private final Tokens tokens;
  private final Leases leases;

  VaultRevoker(Server server, Tokens tokens, Leases leases) {
    this.server = server;
    this.tokens = tokens;
    this.leases = leases;
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.REVOKE);
  }

  @Override
  public void check() {
    JsonNode own = server.own();
    if (!own.path("orphan").asBoolean()) {
      throw RevokerException.fatal(
          "The token of provider "
              + server.name()
              + " is no orphan: it dies with the token that made it, which may be revoked. Create"
              + " it with -orphan, or by a login.");
    }
  }

  @Override
  public Plan plan(Target target) {
    Leases.Described described =
        switch (kind(target)) {
          case LEASE -> new Leases.Described(leases.describe(handle(target, LEASE)), true);
          case PREFIX -> leases.describeAll(handle(target, PREFIX));
          default -> new Leases.Described(tokens.describe(target, accessor(target)), true);
        };
    return new Plan(Grade.RE_ISSUABLE, described.text(), described.isWhole(), Map.of());
  }

  @Override
  public String execute(Target target) {
    return switch (kind(target)) {
      case LEASE -> leases.revoke(handle(target, LEASE));
      case PREFIX -> leases.revokeAll(handle(target, PREFIX));
      default -> tokens.revoke(target, accessor(target));
    };
  }

  @Override
  public Proof verify(Target target) {
    return switch (kind(target)) {
      case LEASE -> leases.look(handle(target, LEASE));
      case PREFIX -> leases.lookAtAll(handle(target, PREFIX));
      default -> tokens.look(target, accessor(target));
    };
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    return Restoration.impossible(
        "A token or lease that was revoked cannot be given back. Let its owner log in or ask for"
            + " a new one at "
            + server.name()
            + ", and register that.");
  }

  private static String kind(Target target) {
    Map<String, String> handle = target.handle();
    long named = Set.of(ACCESSOR, LEASE, PREFIX).stream().filter(handle::containsKey).count();
    if (named > 1) {
      throw RevokerException.fatal(
          "Credential "
              + target
              + " has a handle of more than one thing. Register each by itself.");
    }
    return handle.containsKey(LEASE) ? LEASE : handle.containsKey(PREFIX) ? PREFIX : ACCESSOR;
  }

  private static Optional<String> accessor(Target target) {
    return target.handle().containsKey(ACCESSOR)
        ? Optional.of(handle(target, ACCESSOR))
        : Optional.empty();
  }

  private static String handle(Target target, String key) {
    return Optional.ofNullable(target.handle().get(key))
        .filter(word -> !word.isBlank())
        .orElseThrow(
            () ->
                RevokerException.fatal(
                    "Credential " + target + " is registered with an empty " + key + "."));
  }
}
