package dev.countermand.command.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.embedded.PostgresServer;
import dev.countermand.model.json.Json;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Roles of a PostgreSQL, suspended by a role that is no superuser; each has a session open. */
final class PostgresBench implements BenchServer, BenchServer.Provider {
  private static final String REVOKER = "bench_revoker";

  private final Workplace place;
  private final PostgresServer server;
  private final String password = Workplace.freshSecret();

  private PostgresBench(Workplace place, PostgresServer server) {
    this.place = place;
    this.server = server;
  }

  static BenchServer start(Workplace place) {
    PostgresBench bench =
        new PostgresBench(
            place,
            PostgresServer.start(
                place.of("postgresql"),
                PostgresServer.Options.defaults().withProgress(place.progress())));
    bench.execute(
        server -> connect(server, server.superuser(), server.password()),
        List.of(
            "CREATE ROLE " + REVOKER + " LOGIN CREATEROLE PASSWORD '" + bench.password + "'",
            "GRANT pg_signal_backend TO " + REVOKER));
    return bench;
  }

  @Override
  public List<Provider> providers() {
    return List.of(this);
  }

  @Override
  public String type() {
    return "postgresql";
  }

  @Override
  public ObjectNode configuration() {
    ObjectNode keys = Json.mapper().createObjectNode();
    keys.put("type", type()).put("url", server.jdbcUrl()).put("user", REVOKER);
    keys.set("password", place.secret("postgresql", password));
    return keys;
  }

  @Override
  public List<Login> logins(int count) {
    List<Login> logins = new ArrayList<>();
    List<String> statements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String role = "bench_" + i;
      String secret = Workplace.freshSecret();
      statements.add("CREATE ROLE " + role + " LOGIN PASSWORD '" + secret + "'");
      logins.add(new Login(role, "postgresql-role", Map.of("role", role), secret));
    }
    execute(running -> connect(running, REVOKER, password), statements);
    return logins;
  }

  @Override
  public AutoCloseable use(Login login) throws SQLException {
    return connect(server, login.name(), login.secret());
  }

  @Override
  public void close() {
    server.close();
  }

  @FunctionalInterface
  private interface Opener {
    Connection open(PostgresServer server) throws SQLException;
  }

  private void execute(Opener opener, List<String> statements) {
    try (Connection connection = opener.open(server);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      // Without the driver's message, which may quote a statement and its password.
      throw new IllegalStateException("PostgreSQL answered " + e.getSQLState());
    }
  }

  private static Connection connect(PostgresServer server, String user, String password)
      throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl(), user, password);
  }
}
