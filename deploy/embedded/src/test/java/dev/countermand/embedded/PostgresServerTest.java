package dev.countermand.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresServerTest {
  private Path directory;

  @BeforeEach
  void anOpenDirectory() throws IOException {
    directory = Files.createTempDirectory(Path.of("/tmp"), "countermand-postgres-test-");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void deleteIt() {
    Trees.delete(directory);
  }

  @Test
  void rowsSurviveAStopAStartAndAKillAndTheLoginStays() throws Exception {
    String password;
    try (PostgresServer postgres =
        PostgresServer.start(directory, PostgresServer.Options.defaults())) {
      password = postgres.password();
      execute(postgres, "create table kept (said text)");
      execute(postgres, "insert into kept values ('before the stop')");
      postgres.restart();
      execute(postgres, "insert into kept values ('before the kill')");
      postgres.kill();
      assertThat(postgres.isAlive()).isFalse();
      postgres.restart();
      assertThat(said(postgres)).containsExactly("before the stop", "before the kill");
    }
    try (PostgresServer again =
        PostgresServer.start(directory, PostgresServer.Options.defaults())) {
      assertThat(again.password()).isEqualTo(password);
      assertThat(said(again)).hasSize(2);
    }
  }

  @Test
  void aWrongPasswordIsRefusedAlsoForTheSuperuser() throws Exception {
    try (PostgresServer postgres =
        PostgresServer.start(directory, PostgresServer.Options.defaults())) {
      assertThatThrownBy(
              () ->
                  DriverManager.getConnection(postgres.jdbcUrl(), postgres.superuser(), "wrong")
                      .close())
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    }
  }

  @Test
  void aStopDoesNotWaitForOpenSessions() throws Exception {
    PostgresServer postgres = PostgresServer.start(directory, PostgresServer.Options.defaults());
    try (Connection open = connect(postgres)) {
      assertThat(open.isValid(1)).isTrue();
      long begun = System.nanoTime();
      postgres.stop();
      assertThat(System.nanoTime() - begun).isLessThan(10_000_000_000L);
      assertThat(postgres.isAlive()).isFalse();
      assertThat(Files.readString(postgres.logFile())).contains("received fast shutdown request");
    }
  }

  @Test
  void underRootItRunsAsNobody() throws Exception {
    assumeThat(Account.current().isRoot()).isTrue();
    try (PostgresServer postgres =
        PostgresServer.start(directory, PostgresServer.Options.defaults())) {
      assertThat(Files.getAttribute(Path.of("/proc/" + postgres.pid()), "unix:uid"))
          .isEqualTo(65_534);
    }
  }

  private static Connection connect(PostgresServer postgres) throws SQLException {
    return DriverManager.getConnection(
        postgres.jdbcUrl(), postgres.superuser(), postgres.password());
  }

  private static void execute(PostgresServer postgres, String sql) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> said(PostgresServer postgres) throws SQLException {
    List<String> said = new ArrayList<>();
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select said from kept")) {
      while (rows.next()) {
        said.add(rows.getString(1));
      }
    }
    return said;
  }
}
