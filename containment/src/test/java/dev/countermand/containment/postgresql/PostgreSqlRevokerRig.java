package dev.countermand.containment.postgresql;

import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerRig;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.countermand.testkit.PostgresBackend;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Roles for the contract of revokers, on any real server. */
final class PostgreSqlRevokerRig implements RevokerRig, AutoCloseable {
  private final Database database;
  private final PostgresBackend server;
  private final Path directory;
  private final Credentials credentials;
  private final List<Connection> open = new ArrayList<>();

  PostgreSqlRevokerRig(Database database, PostgresBackend server, Path directory) {
    this.database = database;
    this.server = server;
    this.directory = directory;
    credentials = new Credentials(directory.resolve("keys"));
  }

  @Override
  public Revoker revoker() {
    return database.revoker(directory, server.jdbcUrl(), Duration.ofSeconds(5));
  }

  @Override
  public Revoker revokerAt(int port, Duration timeout) {
    return database.revoker(
        directory, "jdbc:postgresql://127.0.0.1:" + port + "/postgres", timeout);
  }

  /** A role with privileges of every kind, granted by the owner of what they are on. */
  @Override
  public Target freshTarget() {
    Database.Login agent = database.createAgent();
    grants(agent.role());
    return target(agent);
  }

  private void grants(String role) {
    database.asSuperuser(
        """
        GRANT USAGE, CREATE ON SCHEMA @S TO @R;
        GRANT SELECT, DELETE ON @S.t TO @R;
        GRANT INSERT, TRUNCATE ON @S.t TO @R WITH GRANT OPTION;
        GRANT UPDATE (note) ON @S.t TO @R;
        GRANT USAGE, SELECT ON SEQUENCE @S.t_id_seq TO @R"""
            .replace("@S", database.schema())
            .replace("@R", "\"" + role + "\""));
  }

  @Override
  public Target unknownTarget() {
    return target(new Database.Login(Database.uniqueName("nobody"), Credentials.freshSecret()));
  }

  Target target(Database.Login login) {
    return credentials.target(
        credentials.of(
            login.role(), "postgresql-role", "db", Map.of("role", login.role()), login.password()));
  }

  @Override
  public boolean works(Target target) {
    return database.canLogIn(role(target), secret(target));
  }

  @Override
  public boolean reads(Target target) {
    return can(target, "SELECT note FROM " + database.schema() + ".t");
  }

  @Override
  public boolean changes(Target target) {
    String schema = database.schema();
    List<Boolean> all =
        Stream.of(
                "INSERT INTO " + schema + ".t (note) VALUES ('of the agent')",
                "UPDATE " + schema + ".t SET note = 'of the agent'",
                "DELETE FROM " + schema + ".t",
                "TRUNCATE " + schema + ".t",
                "SELECT nextval('" + schema + ".t_id_seq')",
                "CREATE TABLE " + schema + ".mine ()")
            .map(statement -> can(target, statement))
            .distinct()
            .toList();
    if (all.size() > 1) {
      throw new IllegalStateException("some of it can be changed, and some not");
    }
    return all.get(0);
  }

  /** Whether a statement, which is rolled back, is let through. */
  private boolean can(Target target, String statement) {
    try (Connection connection = database.connect(login(target))) {
      connection.setAutoCommit(false);
      connection.createStatement().execute(statement);
      return true;
    } catch (SQLException e) {
      if (e.getSQLState().equals("42501") || e.getSQLState().startsWith("28")) {
        return false;
      }
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Object description(Target target) {
    return database.describe(role(target));
  }

  /**
   * A role that may no longer insert; or that has NOLOGIN, and whose session is not cut, or whose
   * password is left.
   */
  @Override
  public void takePart(Target target) {
    String role = "\"" + role(target) + "\"";
    if (target.rung() == Rung.NARROW) {
      database.asSuperuser("REVOKE INSERT ON " + database.schema() + ".t FROM " + role);
      return;
    }
    if (target.rung() == Rung.SUSPEND) {
      try {
        open.add(database.connect(login(target)));
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
    database.asSuperuser("ALTER ROLE " + role + " NOLOGIN");
  }

  @Override
  public void giveBack(Target target) {
    database.asSuperuser(
        "ALTER ROLE \"" + role(target) + "\" LOGIN PASSWORD '" + secret(target) + "'");
    grants(role(target));
  }

  private static Database.Login login(Target target) {
    return new Database.Login(role(target), secret(target));
  }

  private static String role(Target target) {
    return String.valueOf(target.handle().get("role"));
  }

  private static String secret(Target target) {
    return target.secret().orElseThrow();
  }

  @Override
  public void close() {
    for (Connection connection : open) {
      try {
        connection.close();
      } catch (SQLException e) {
        // It was cut, which is what it was for.
      }
    }
  }
}
