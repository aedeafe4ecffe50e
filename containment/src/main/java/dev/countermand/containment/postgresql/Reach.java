package dev.countermand.containment.postgresql;

import dev.countermand.containment.revoker.Proof;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What a role can still change in the database of a connection, in whatever way. */
final class Reach {
  private static final int MAX_NAMES = 5;
  private static final int MAX_TRIED = 10;
  private static final String NO_PRIVILEGE = "42501";

  /**
   * Takes the name of the role. It can act as every role that it is a member of. An open
   * transaction that has written holds a lock on its own number; the other columns of the activity
   * are hidden from the revoker.
   */
  private static final String WAYS =
      """
      WITH agent AS (SELECT oid, rolname FROM pg_catalog.pg_roles WHERE rolname = ?),
      acting AS (
        SELECT r.* FROM pg_catalog.pg_roles r, agent
        WHERE pg_catalog.pg_has_role(agent.oid, r.oid, 'MEMBER')),
      places AS (
        SELECT oid, nspname FROM pg_catalog.pg_namespace
        WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'),
      tables AS (
        SELECT c.oid, c.relkind, p.nspname, c.relname
        FROM pg_catalog.pg_class c JOIN places p ON p.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S'))
      SELECT 'the attributes of ' || rolname FROM acting
      WHERE rolsuper OR rolcreaterole OR rolcreatedb
        OR rolname IN ('pg_execute_server_program', 'pg_write_server_files')
      UNION ALL
      SELECT pg_catalog.count(*) || ' object(s) that ' || rolname || ' owns'
      FROM pg_catalog.pg_shdepend s JOIN acting r ON r.oid = s.refobjid
      WHERE s.refclassid = 'pg_catalog.pg_authid'::regclass AND s.deptype = 'o'
        AND s.dbid IN (0, (SELECT oid FROM pg_catalog.pg_database
          WHERE datname = pg_catalog.current_database()))
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_class t
          WHERE s.classid = 'pg_catalog.pg_class'::regclass AND t.oid = s.objid
          AND t.relpersistence = 't')
      GROUP BY rolname
      UNION ALL
      SELECT pg_catalog.format('%I.%I', t.nspname, t.relname) || ' as ' || r.rolname
      FROM tables t, acting r
      WHERE CASE t.relkind
        WHEN 'S' THEN pg_catalog.has_sequence_privilege(r.oid, t.oid, 'USAGE, UPDATE')
        ELSE pg_catalog.has_table_privilege(
            r.oid, t.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
          OR pg_catalog.has_any_column_privilege(r.oid, t.oid, 'INSERT, UPDATE') END
      UNION ALL
      SELECT pg_catalog.format('schema %I', p.nspname) || ' as ' || r.rolname
      FROM places p, acting r WHERE pg_catalog.has_schema_privilege(r.oid, p.oid, 'CREATE')
      UNION ALL
      SELECT 'the database as ' || rolname FROM acting WHERE pg_catalog.has_database_privilege(
        oid, pg_catalog.current_database(), 'CREATE')
      UNION ALL
      SELECT 'large object ' || l.oid || ' as ' || r.rolname
      FROM pg_catalog.pg_largeobject_metadata l, pg_catalog.aclexplode(l.lomacl) a, acting r
      WHERE a.grantee IN (0, r.oid) AND a.privilege_type = 'UPDATE'
      UNION ALL
      SELECT 'prepared transaction ' || x.gid FROM pg_catalog.pg_prepared_xacts x
      JOIN acting r ON r.rolname = x.owner WHERE x.database = pg_catalog.current_database()
      UNION ALL
      SELECT 'an open transaction of session ' || s.pid
      FROM pg_catalog.pg_stat_activity s JOIN agent ON agent.oid = s.usesysid
      JOIN pg_catalog.pg_locks l ON l.pid = s.pid
      WHERE s.datname = pg_catalog.current_database()
        AND l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
      """;

  private static final String RUN_AS_OWNER =
      """
      SELECT pg_catalog.count(*) FROM pg_catalog.pg_proc p
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE p.prosecdef AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
      AND pg_catalog.has_function_privilege(?, p.oid, 'EXECUTE')""";

  private static final String READABLE =
      """
      SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema'
        AND n.nspname NOT LIKE 'pg\\_%' AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
        AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
      ORDER BY 1 LIMIT\s"""
          + MAX_TRIED;

  private Reach() {}

  /** What the catalog says: dead when there is no way left. */
  static Proof look(Connection connection, String role) throws SQLException {
    List<String> ways = texts(connection, WAYS + " LIMIT " + (MAX_NAMES + 1), role);
    if (!ways.isEmpty()) {
      return Proof.alive(
          "role "
              + role
              + " can still change something in database "
              + connection.getCatalog()
              + ": "
              + String.join(", ", ways.subList(0, Math.min(MAX_NAMES, ways.size())))
              + (ways.size() > MAX_NAMES ? " and more" : ""));
    }
    String functions = texts(connection, RUN_AS_OWNER, role).get(0);
    return Proof.dead(
        "the catalog of database "
            + connection.getCatalog()
            + " leaves role "
            + role
            + " no privilege to change something"
            + (functions.equals("0")
                ? ""
                : "; "
                    + functions
                    + " function(s) that run with their owner's rights were not judged"));
  }

  /**
   * Tries, as the role itself, to insert into and to delete from what it can read. Only a plan is
   * asked for, for which the server checks the privileges and changes nothing.
   */
  static Proof tryAs(Connection connection) throws SQLException {
    List<String> tables = texts(connection, READABLE);
    for (String table : tables) {
      for (String change :
          List.of("INSERT INTO " + table + " DEFAULT VALUES", "DELETE FROM " + table)) {
        try (Statement explain = connection.createStatement()) {
          explain.execute("EXPLAIN " + change);
          return Proof.alive("logged in, it may change " + table);
        } catch (SQLException e) {
          if (!NO_PRIVILEGE.equals(e.getSQLState())) {
            return Proof.unknown("logged in, a try ended with SQLSTATE " + e.getSQLState());
          }
        }
      }
    }
    return Proof.dead(
        "logged in, to insert into and to delete from "
            + tables.size()
            + " table(s) that it reads is refused with SQLSTATE "
            + NO_PRIVILEGE);
  }

  private static List<String> texts(Connection connection, String sql, String... parameters)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        select.setString(i + 1, parameters[i]);
      }
      List<String> all = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          all.add(rows.getString(1));
        }
      }
      return all;
    }
  }
}
