package dev.countermand.containment.postgresql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/** The statements about roles and their sessions. Names of roles only travel as parameters. */
final class Roles {
  private static final String HERE = " AND datname = pg_catalog.current_database()";

  private Roles() {}

  /**
   * A role.
   *
   * @param canLogIn whether it has LOGIN
   * @param isSuperuser whether it has SUPERUSER
   * @param isOwn whether this connection is its session
   */
  record Role(boolean canLogIn, boolean isSuperuser, boolean isOwn) {}

  /**
   * Sessions that were told to end.
   *
   * @param all how many
   * @param left how many did not end in time
   */
  record Cut(int all, int left) {}

  static Optional<Role> find(Connection connection, String role) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT rolcanlogin, rolsuper, rolname IN (current_user, session_user)"
                + " FROM pg_catalog.pg_roles WHERE rolname = ?")) {
      select.setString(1, role);
      try (ResultSet rows = select.executeQuery()) {
        return rows.next()
            ? Optional.of(new Role(rows.getBoolean(1), rows.getBoolean(2), rows.getBoolean(3)))
            : Optional.empty();
      }
    }
  }

  static void forbidLogin(Connection connection, String role) throws SQLException {
    alter(connection, "ALTER ROLE %I NOLOGIN", role);
  }

  static void allowLogin(Connection connection, String role) throws SQLException {
    alter(connection, "ALTER ROLE %I LOGIN", role);
  }

  /** What is left of the password cannot be put back. */
  static void dropPassword(Connection connection, String role) throws SQLException {
    alter(connection, "ALTER ROLE %I PASSWORD NULL", role);
  }

  static int sessions(Connection connection, String role) throws SQLException {
    return count(
        connection, "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE usename = ?", role);
  }

  static int preparedTransactions(Connection connection, String role) throws SQLException {
    return count(
        connection, "SELECT count(*) FROM pg_catalog.pg_prepared_xacts WHERE owner = ?", role);
  }

  /** Those in the database of the connection. */
  static int sessionsHere(Connection connection, String role) throws SQLException {
    return count(
        connection,
        "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE usename = ?" + HERE,
        role);
  }

  /** Ends the sessions of a role and waits for each until it is really gone. */
  static Cut terminateSessions(Connection connection, String role, Duration patience)
      throws SQLException {
    return terminate(connection, role, patience, "");
  }

  /** Ends those in the database of the connection, and waits for each until it is really gone. */
  static Cut terminateSessionsHere(Connection connection, String role, Duration patience)
      throws SQLException {
    return terminate(connection, role, patience, HERE);
  }

  private static Cut terminate(Connection connection, String role, Duration patience, String where)
      throws SQLException {
    try (PreparedStatement terminate =
        connection.prepareStatement(
            "SELECT count(*), count(*) FILTER (WHERE NOT pg_catalog.pg_terminate_backend(pid, ?))"
                + " FROM pg_catalog.pg_stat_activity"
                + " WHERE usename = ? AND pid <> pg_catalog.pg_backend_pid()"
                + where)) {
      terminate.setLong(1, patience.toMillis());
      terminate.setString(2, role);
      try (ResultSet rows = terminate.executeQuery()) {
        rows.next();
        return new Cut(rows.getInt(1), rows.getInt(2));
      }
    }
  }

  // ALTER ROLE takes no parameters: the server quotes the name, and gives the statement back.
  private static void alter(Connection connection, String template, String role)
      throws SQLException {
    String statement;
    try (PreparedStatement format =
        connection.prepareStatement("SELECT pg_catalog.format(?, ?::text)")) {
      format.setString(1, template);
      format.setString(2, role);
      try (ResultSet rows = format.executeQuery()) {
        rows.next();
        statement = rows.getString(1);
      }
    }
    try (Statement execute = connection.createStatement()) {
      execute.execute(statement);
    }
  }

  private static int count(Connection connection, String sql, String role) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, role);
      return firstInt(select);
    }
  }

  private static int firstInt(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
