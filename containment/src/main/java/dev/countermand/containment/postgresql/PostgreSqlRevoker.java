package dev.countermand.containment.postgresql;

import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes the login from a role first and cuts its sessions second: the other way round they would
 * come back in between. What the role owns and was granted stays, so the way back is one statement.
 */
final class PostgreSqlRevoker implements Revoker {
  /** Rounds of looking for sessions that began while the others were cut. */
  private static final int ROUNDS = 5;

  /** The class of SQLSTATE for a refused login: 28000 and, for a wrong password, 28P01. */
  private static final String LOGIN_REFUSED = "28";

  private final String name;
  private final Connections connections;

  PostgreSqlRevoker(String name, Connections connections) {
    this.name = name;
    this.connections = connections;
  }

  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.SUSPEND);
  }

  @Override
  public void check() {
    with(connection -> Roles.find(connection, "postgres"));
  }

  @Override
  public Plan plan(Target target) {
    String role = role(target);
    return with(
        connection -> {
          Roles.Role found = touchable(connection, role);
          int sessions = Roles.sessions(connection, role);
          return new Plan(
              Grade.REVERSIBLE,
              sessions + " session(s) of role " + role,
              Map.of("role", role, "login", Boolean.toString(found.canLogIn())));
        });
  }

  @Override
  public String execute(Target target) {
    String role = role(target);
    return with(
        connection -> {
          if (touchable(connection, role).canLogIn()) {
            Roles.forbidLogin(connection, role);
          }
          int cut = cutSessions(connection, role);
          int prepared = Roles.preparedTransactions(connection, role);
          return "role "
              + role
              + " has NOLOGIN, "
              + cut
              + " session(s) cut"
              + (prepared == 0 ? "" : ", " + prepared + " prepared transaction(s) are left");
        });
  }

  @Override
  public Proof verify(Target target) {
    String role = role(target);
    Optional<Proof> alive =
        with(
            connection -> {
              if (Roles.find(connection, role).filter(Roles.Role::canLogIn).isPresent()) {
                return Optional.of(Proof.alive("role " + role + " may still log in"));
              }
              int sessions = Roles.sessions(connection, role);
              return sessions == 0
                  ? Optional.empty()
                  : Optional.of(Proof.alive(sessions + " session(s) of " + role + " are open"));
            });
    String seen = "rolcanlogin is false and no session of " + role + " is left";
    return alive.orElseGet(
        () ->
            target
                .secret()
                .map(secret -> login(target, role, secret, seen))
                .orElseGet(() -> Proof.dead(seen)));
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    String role = prior.containsKey("role") ? prior.get("role") : role(target);
    if (!"true".equals(prior.get("login"))) {
      return Restoration.restored(
          "role " + role + " could not log in before it was contained either; it is left so");
    }
    return with(
        connection -> {
          if (!touchable(connection, role).canLogIn()) {
            Roles.allowLogin(connection, role);
          }
          if (!touchable(connection, role).canLogIn()) {
            throw RevokerException.retryable("Role " + role + " still has NOLOGIN.");
          }
          return Restoration.restored("role " + role + " has LOGIN again");
        });
  }

  private int cutSessions(Connection connection, String role) throws SQLException {
    int cut = 0;
    for (int round = 0; round < ROUNDS && Roles.sessions(connection, role) > 0; round++) {
      cut += Roles.terminateSessions(connection, role, connections.timeout().dividedBy(2));
    }
    int left = Roles.sessions(connection, role);
    if (left > 0) {
      throw RevokerException.retryable(
          left + " session(s) of role " + role + " did not end; it has NOLOGIN already.");
    }
    return cut;
  }

  /** The probe that nobody can argue with: the credential itself is used. */
  private Proof login(Target target, String role, String secret, String seen) {
    try (Connection connection = connections.as(role, secret, target.handle().get("database"))) {
      return Proof.alive("a login as " + role + " succeeded");
    } catch (SQLException e) {
      String state = String.valueOf(e.getSQLState());
      return state.startsWith(LOGIN_REFUSED)
          ? Proof.dead(seen + "; a login was refused with SQLSTATE " + state)
          : Proof.unknown("a login as " + role + " ended with SQLSTATE " + state);
    }
  }

  private Roles.Role touchable(Connection connection, String role) throws SQLException {
    Roles.Role found =
        Roles.find(connection, role)
            .orElseThrow(
                () ->
                    RevokerException.fatal(
                        "There is no role "
                            + role
                            + " at provider "
                            + name
                            + ". Check the handle the credential is registered with."));
    if (found.isSuperuser() || found.isOwn() || role.startsWith("pg_")) {
      throw RevokerException.refused(
          "Role "
              + role
              + " is a superuser, one of PostgreSQL's own, or the revoker's: it is never touched.");
    }
    return found;
  }

  private static String role(Target target) {
    String role = target.handle().get("role");
    if (role == null || role.isEmpty()) {
      throw RevokerException.fatal(
          "Credential "
              + target
              + " is registered without a role. Register it again with the handle role=<name>.");
    }
    return role;
  }

  private <T> T with(Work<T> work) {
    try (Connection connection = connections.own()) {
      return work.on(connection);
    } catch (SQLException e) {
      throw problem(String.valueOf(e.getSQLState()));
    }
  }

  private RevokerException problem(String state) {
    if (state.startsWith(LOGIN_REFUSED)) {
      return RevokerException.fatal(
          "Provider "
              + name
              + " refuses the revoker's own login (SQLSTATE "
              + state
              + "). Check user and password of the provider.");
    }
    if (state.equals("42501")) {
      return RevokerException.fatal(
          "The revoker's role at provider "
              + name
              + " lacks a privilege (SQLSTATE 42501): it needs CREATEROLE with ADMIN OPTION on the"
              + " agents' roles, and pg_signal_backend.");
    }
    return RevokerException.retryable(
        "Provider " + name + " did not answer (SQLSTATE " + state + ").");
  }
}
