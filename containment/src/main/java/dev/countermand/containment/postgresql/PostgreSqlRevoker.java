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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the login from a role first and cuts its sessions second: the other way round they would
 * come back in between. What the role owns and was granted stays, so the way back is one statement.
 * To revoke, its password goes, too. To narrow is the work of {@link Narrowing}.
 */
final class PostgreSqlRevoker implements Revoker {
  /** What was saved of a handle has the same key. */
  static final String ROLE = "role";

  /** Rounds of looking for sessions that began while the others were cut. */
  private static final int ROUNDS = 5;

  private static final String LOGIN = "login";
  private static final String PASSWORD = "password";

  private final String name;
  private final Connections connections;
  private final Narrowing narrowing;
  private final Logins logins;

  PostgreSqlRevoker(String name, Connections connections) {
    this.name = name;
    this.connections = connections;
    this.narrowing = new Narrowing(connections.timeout());
    this.logins = new Logins(connections);
  }

  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.NARROW, Rung.SUSPEND, Rung.REVOKE);
  }

  @Override
  public void check() {
    with(null, connection -> Roles.find(connection, "postgres"));
  }

  @Override
  public Plan plan(Target target) {
    String role = role(target);
    return with(
        database(target),
        connection -> {
          Roles.Role found = touchable(connection, role);
          if (target.rung() == Rung.NARROW) {
            return narrowing.plan(connection, role);
          }
          Map<String, String> prior = new HashMap<>();
          prior.put(ROLE, role);
          prior.put(LOGIN, Boolean.toString(found.canLogIn()));
          String radius = Roles.sessions(connection, role) + " session(s) of role " + role;
          if (target.rung() != Rung.REVOKE) {
            return new Plan(Grade.REVERSIBLE, radius, prior);
          }
          prior.put(PASSWORD, "dropped");
          return new Plan(
              Grade.RE_ISSUABLE,
              radius + "; its password is dropped and cannot be put back: it will need a new one",
              prior);
        });
  }

  @Override
  public String execute(Target target) {
    String role = role(target);
    return with(
        database(target),
        connection -> {
          Roles.Role found = touchable(connection, role);
          if (target.rung() == Rung.NARROW) {
            return narrowing.execute(connection, role);
          }
          if (found.canLogIn()) {
            Roles.forbidLogin(connection, role);
          }
          if (target.rung() == Rung.REVOKE) {
            Roles.dropPassword(connection, role);
          }
          int cut = cutSessions(connection, role);
          int prepared = Roles.preparedTransactions(connection, role);
          return "role "
              + role
              + " has NOLOGIN"
              + (target.rung() == Rung.REVOKE ? " and no password, " : ", ")
              + cut
              + " session(s) cut"
              + (prepared == 0 ? "" : ", " + prepared + " prepared transaction(s) are left");
        });
  }

  @Override
  public Proof verify(Target target) {
    String role = role(target);
    Proof seen = with(database(target), connection -> seen(connection, role, target.rung()));
    return seen.life() == Proof.Life.DEAD ? logins.probe(target, role, seen) : seen;
  }

  private static Proof seen(Connection connection, String role, Rung rung) throws SQLException {
    if (rung == Rung.NARROW) {
      return Reach.look(connection, role);
    }
    if (Roles.find(connection, role).filter(Roles.Role::canLogIn).isPresent()) {
      return Proof.alive("role " + role + " may still log in");
    }
    int sessions = Roles.sessions(connection, role);
    return sessions == 0
        ? Proof.dead("rolcanlogin is false and no session of " + role + " is left")
        : Proof.alive(sessions + " session(s) of " + role + " are open");
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    String role = prior.containsKey(ROLE) ? prior.get(ROLE) : role(target);
    List<String> told = new ArrayList<>();
    Narrowing.databaseOf(prior)
        .ifPresent(
            database ->
                told.add(
                    with(
                        database,
                        connection -> {
                          touchable(connection, role);
                          return narrowing.undo(connection, role, prior);
                        })));
    if (prior.containsKey(LOGIN)) {
      told.add(giveLoginBack(role, "true".equals(prior.get(LOGIN))));
    }
    String detail = String.join("; ", told);
    return prior.containsKey(PASSWORD)
        ? Restoration.impossible(
            detail
                + ", but its password is dropped. Give it a new one with ALTER ROLE, and register"
                + " that.")
        : Restoration.restored(detail);
  }

  private String giveLoginBack(String role, boolean couldLogIn) {
    if (!couldLogIn) {
      return "role " + role + " could not log in before it was contained either; it is left so";
    }
    return with(
        null,
        connection -> {
          if (!touchable(connection, role).canLogIn()) {
            Roles.allowLogin(connection, role);
          }
          if (!touchable(connection, role).canLogIn()) {
            throw RevokerException.retryable("Role " + role + " still has NOLOGIN.");
          }
          return "role " + role + " has LOGIN again";
        });
  }

  private int cutSessions(Connection connection, String role) throws SQLException {
    int cut = 0;
    for (int round = 0; round < ROUNDS && Roles.sessions(connection, role) > 0; round++) {
      cut += Roles.terminateSessions(connection, role, connections.timeout().dividedBy(2)).all();
    }
    int left = Roles.sessions(connection, role);
    if (left > 0) {
      throw RevokerException.retryable(
          left + " session(s) of role " + role + " did not end; it has NOLOGIN already.");
    }
    return cut;
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
    String role = target.handle().get(ROLE);
    if (role == null || role.isEmpty()) {
      throw RevokerException.fatal(
          "Credential "
              + target
              + " is registered without a role. Register it again with the handle role=<name>.");
    }
    return role;
  }

  /** Only to narrow does the database matter: roles are those of the whole server. */
  private static @Nullable String database(Target target) {
    return target.rung() == Rung.NARROW ? target.handle().get("database") : null;
  }

  private <T> T with(@Nullable String database, Work<T> work) {
    try (Connection connection = connections.own(database)) {
      return work.on(connection);
    } catch (SQLException e) {
      throw problem(String.valueOf(e.getSQLState()));
    }
  }

  private RevokerException problem(String state) {
    if (state.startsWith(Logins.REFUSED)) {
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
              + " agents' roles, and pg_signal_backend; to narrow, CONNECT to the database and"
              + " SET on the roles that granted what an agent may change.");
    }
    if (state.equals("2BP01")) {
      return RevokerException.fatal(
          "The role has granted others what it may change at provider "
              + name
              + ", which would be taken from them, too. Take it to suspend.");
    }
    return RevokerException.retryable(
        "Provider " + name + " did not answer (SQLSTATE " + state + ").");
  }
}
