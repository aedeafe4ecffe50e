package dev.countermand.containment.postgresql;

import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerRig;
import dev.countermand.containment.revoker.Target;
import dev.countermand.testkit.PostgresBackend;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

  @Override
  public Target freshTarget() {
    return target(database.createAgent());
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
  public Object description(Target target) {
    return database.canLogIn(role(target), secret(target));
  }

  /** A role that has NOLOGIN, and whose session is not cut. */
  @Override
  public void takePart(Target target) {
    try {
      open.add(database.connect(login(target)));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    database.asSuperuser("ALTER ROLE \"" + role(target) + "\" NOLOGIN");
  }

  @Override
  public void giveBack(Target target) {
    database.asSuperuser(
        "ALTER ROLE \"" + role(target) + "\" LOGIN PASSWORD '" + secret(target) + "'");
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
