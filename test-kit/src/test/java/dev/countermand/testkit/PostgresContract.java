package dev.countermand.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** What every PostgreSQL the tests run on does. */
interface PostgresContract {
  PostgresBackend postgres();

  @Test
  default void aRoleLogsInByItsPasswordOnlyAndNotAfterNologin() throws Exception {
    String role = KafkaProbe.uniqueName("role").replace('-', '_');
    String password = "p" + System.nanoTime();
    try (Connection superuser = connect(postgres().superuser(), postgres().password());
        Statement statement = superuser.createStatement()) {
      statement.execute("create role " + role + " login password '" + password + "'");
      try (Connection agent = connect(role, password)) {
        assertThat(agent.isValid(5)).isTrue();
      }
      assertThatThrownBy(() -> connect(role, password + "x").close())
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
      statement.execute("alter role " + role + " nologin");
      assertThatThrownBy(() -> connect(role, password).close())
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"));
      statement.execute("drop role " + role);
    }
  }

  private Connection connect(String user, String password) throws SQLException {
    return DriverManager.getConnection(postgres().jdbcUrl(), user, password);
  }
}
