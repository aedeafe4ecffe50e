package dev.countermand.containment.postgresql;

import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.RevokerException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Takes the privileges to change something from a role in one database, and cuts its sessions
 * there: what an open transaction of it has changed must not be committed.
 */
final class Narrowing {
  private static final String DATABASE = "narrowed_in";
  private static final String GRANTS = "narrowed";

  private final Duration timeout;

  Narrowing(Duration timeout) {
    this.timeout = timeout;
  }

  /** What would be hit, and the way back. */
  Plan plan(Connection connection, String role) throws SQLException {
    Grants.Listed listed = Grants.list(connection, role);
    String radius =
        listed.revocable()
            + " privilege(s) of role "
            + role
            + " to change something in database "
            + connection.getCatalog()
            + ", and "
            + Roles.sessionsHere(connection, role)
            + " session(s) there"
            + (listed.others() == 0
                ? ""
                : "; it keeps " + listed.others() + " that the revoker may not revoke");
    return new Plan(
        Grade.REVERSIBLE,
        radius,
        Map.of(
            PostgreSqlRevoker.ROLE,
            role,
            DATABASE,
            connection.getCatalog(),
            GRANTS,
            listed.json()));
  }

  /** Revokes, and cuts what began before; returns what was done. */
  String execute(Connection connection, String role) throws SQLException {
    int taken = Grants.list(connection, role).revocable();
    Grants.take(connection, role);
    // Those that begin from now on find the privileges gone.
    Roles.Cut cut = Roles.terminateSessionsHere(connection, role, timeout.dividedBy(2));
    if (cut.left() > 0) {
      throw RevokerException.retryable(
          cut.left() + " session(s) of role " + role + " did not end; it is narrowed already.");
    }
    return taken
        + " privilege(s) of role "
        + role
        + " to change something in database "
        + connection.getCatalog()
        + " are revoked, "
        + cut.all()
        + " session(s) cut";
  }

  /** Where a role was narrowed; empty when it was not. */
  static Optional<String> databaseOf(Map<String, String> prior) {
    return prior.containsKey(GRANTS) ? Optional.ofNullable(prior.get(DATABASE)) : Optional.empty();
  }

  /** Gives back what a plan told; returns what was seen. */
  String undo(Connection connection, String role, Map<String, String> prior) throws SQLException {
    int gone = Grants.giveBack(connection, role, prior.getOrDefault(GRANTS, "[]"));
    return "role "
        + role
        + " has its privileges in database "
        + connection.getCatalog()
        + " again"
        + (gone == 0 ? "" : ", but " + gone + " on what is not there any more");
  }
}
