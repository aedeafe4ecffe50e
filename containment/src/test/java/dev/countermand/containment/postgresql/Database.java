package dev.countermand.containment.postgresql;

import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.testkit.PostgresBackend;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** Roles on a real server: a revoker without superuser rights, and agents it may contain. */
public final class Database {
  private final PostgresBackend server;
  private final Login revoker;
  private final String owner = uniqueName("owner");

  /** A role and its password. */
  public record Login(String role, String password) {}

  public Database(PostgresBackend server) {
    this.server = server;
    this.revoker = new Login(uniqueName("revoker"), Credentials.freshSecret());
    asSuperuser(
        "CREATE ROLE "
            + revoker.role()
            + " LOGIN CREATEROLE PASSWORD '"
            + revoker.password()
            + "'; GRANT pg_signal_backend TO "
            + revoker.role());
    asSuperuser(
        """
        CREATE ROLE @O;
        GRANT @O TO @R WITH INHERIT FALSE, SET TRUE;
        CREATE SCHEMA @O AUTHORIZATION @O;
        SET ROLE @O;
        CREATE TABLE @O.t (id serial, note text);
        INSERT INTO @O.t (note) VALUES ('of the owner')"""
            .replace("@O", owner)
            .replace("@R", revoker.role()));
  }

  /** What the revoker may narrow: a schema with a table t, of a role that it may act as. */
  public String schema() {
    return owner;
  }

  /** Whether a role can log in, and what it was granted, as the catalog has it. */
  public Object describe(String role) {
    String sql =
        """
        SELECT 'login ' || rolcanlogin FROM pg_roles WHERE rolname = ?
        UNION ALL
        SELECT concat_ws(' ', what, grantor::regrole, privilege_type, is_grantable)
        FROM (
          SELECT relname::text AS what, a.* FROM pg_class, aclexplode(relacl) a
          UNION ALL SELECT attname, a.* FROM pg_attribute, aclexplode(attacl) a
          UNION ALL SELECT nspname, a.* FROM pg_namespace, aclexplode(nspacl) a
          UNION ALL SELECT datname, a.* FROM pg_database, aclexplode(datacl) a) b
        JOIN pg_roles r ON r.oid = grantee WHERE rolname = ?""";
    try (Connection connection = connect(superuser());
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, role);
      select.setString(2, role);
      Set<String> all = new TreeSet<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          all.add(rows.getString(1));
        }
      }
      return all;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String uniqueName(String prefix) {
    return prefix + "_" + UUID.randomUUID().toString().substring(0, 8);
  }

  public Login revokerLogin() {
    return revoker;
  }

  /** A role that the revoker made, and so may alter. */
  public Login createAgent() {
    return createAgent(uniqueName("agent"));
  }

  public Login createAgent(String role) {
    Login agent = new Login(role, Credentials.freshSecret());
    execute(revoker, create(agent));
    return agent;
  }

  /** A role that somebody else made. */
  public Login createForeignRole() {
    Login foreign = new Login(uniqueName("foreign"), Credentials.freshSecret());
    asSuperuser(create(foreign));
    return foreign;
  }

  private static String create(Login login) {
    return "CREATE ROLE \""
        + login.role().replace("\"", "\"\"")
        + "\" LOGIN PASSWORD '"
        + login.password()
        + "'";
  }

  /** A table that belongs to the agent; returns its name. */
  public String createTable(Login agent) {
    String table = uniqueName("t");
    asSuperuser("CREATE TABLE " + table + " (x int)");
    asSuperuser("ALTER TABLE " + table + " OWNER TO \"" + agent.role() + "\"");
    return table;
  }

  public boolean hasTable(String table) {
    try (Connection connection = connect(superuser());
        ResultSet rows =
            connection.createStatement().executeQuery("SELECT to_regclass('" + table + "')")) {
      rows.next();
      return rows.getString(1) != null;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public void asSuperuser(String sql) {
    execute(superuser(), sql);
  }

  public Connection connect(Login login) throws SQLException {
    Properties properties = new Properties();
    properties.put("user", login.role());
    properties.put("password", login.password());
    return DriverManager.getConnection(server.jdbcUrl(), properties);
  }

  public boolean canLogIn(String role, String password) {
    try (Connection connection = connect(new Login(role, password))) {
      return connection.isValid(5);
    } catch (SQLException e) {
      return false;
    }
  }

  /** How the revoker is configured; its password goes to a file in the directory. */
  public ContainmentSettings.Provider provider(Path directory, String url, Duration timeout) {
    return Providers.of(
        "postgresql",
        timeout,
        Map.of(
            "url", url,
            "user", revoker.role(),
            "password",
                Providers.secret(directory.resolve("revoker.password"), revoker.password())));
  }

  Revoker revoker(Path directory, String url, Duration timeout) {
    return new PostgreSqlRevokerFactory()
        .create("db", provider(directory, url, timeout), new HttpCaller(timeout));
  }

  private Login superuser() {
    return new Login(server.superuser(), server.password());
  }

  private void execute(Login login, String sql) {
    try (Connection connection = connect(login)) {
      connection.createStatement().execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
