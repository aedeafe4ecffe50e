package dev.countermand.containment.postgresql;

import dev.countermand.containment.revoker.RevokerException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The privileges to change something that a role was granted itself, in the database of a
 * connection. Each is revoked and granted in the name of the role that granted it; those whose
 * grantor the connection's role may not act as are left alone.
 */
final class Grants {
  /** The most that are taken: they are remembered in a record of containment. */
  static final int MAX = 2_000;

  private static final int MAX_CHARACTERS = 128 * 1_024;

  /** What changes something, by what it is granted on. */
  private static final String CHANGES =
      """
      changes (kind, privilege) AS (VALUES
        ('TABLE', 'INSERT'), ('TABLE', 'UPDATE'), ('TABLE', 'DELETE'), ('TABLE', 'TRUNCATE'),
        ('TABLE', 'TRIGGER'), ('COLUMN', 'INSERT'), ('COLUMN', 'UPDATE'), ('SEQUENCE', 'USAGE'),
        ('SEQUENCE', 'UPDATE'), ('SCHEMA', 'CREATE'), ('DATABASE', 'CREATE'))""";

  /**
   * Takes the name of the role. Who may act as another role was told by MEMBER before there was
   * SET. An owner's grants to itself are none: it can grant them again.
   */
  private static final String DIRECT =
      CHANGES
          + """
          , listed AS (
            SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind,
              c.relnamespace AS namespace, c.relname AS object, NULL::name AS "column",
              c.relowner AS owner, a.*
            FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) a
            UNION ALL
            SELECT 'COLUMN', c.relnamespace, c.relname, t.attname, c.relowner, a.*
            FROM pg_catalog.pg_attribute t JOIN pg_catalog.pg_class c ON c.oid = t.attrelid,
              pg_catalog.aclexplode(t.attacl) a
            WHERE NOT t.attisdropped
            UNION ALL
            SELECT 'SCHEMA', NULL, n.nspname, NULL, n.nspowner, a.*
            FROM pg_catalog.pg_namespace n, pg_catalog.aclexplode(n.nspacl) a
            UNION ALL
            SELECT 'DATABASE', NULL, d.datname, NULL, d.datdba, a.*
            FROM pg_catalog.pg_database d, pg_catalog.aclexplode(d.datacl) a
            WHERE d.datname = pg_catalog.current_database()),
          direct AS (
            SELECT l.kind, COALESCE(n.nspname, '') AS schema, l.object,
              COALESCE(l."column", '') AS "column", l.privilege_type AS privilege,
              g.rolname AS by, l.is_grantable AS grantable, r.rolname AS role,
              pg_catalog.pg_has_role(g.oid,
                CASE WHEN pg_catalog.current_setting('server_version_num')::int >= 160000
                THEN 'SET' ELSE 'MEMBER' END) AS revocable
            FROM listed l
            JOIN changes c ON c.kind = l.kind AND c.privilege = l.privilege_type
            JOIN pg_catalog.pg_roles r ON r.oid = l.grantee AND r.oid <> l.owner
            JOIN pg_catalog.pg_roles g ON g.oid = l.grantor
            LEFT JOIN pg_catalog.pg_namespace n ON n.oid = l.namespace
            WHERE r.rolname = ?)""";

  /** What a grant is on, as a statement says it; its privileges, in which columns are named. */
  private static final String ON =
      """
      CASE kind WHEN 'SCHEMA' THEN pg_catalog.format('SCHEMA %I', object)
        WHEN 'DATABASE' THEN pg_catalog.format('DATABASE %I', object)
        WHEN 'SEQUENCE' THEN pg_catalog.format('SEQUENCE %I.%I', schema, object)
        ELSE pg_catalog.format('TABLE %I.%I', schema, object) END""";

  private static final String PRIVILEGE =
      """
      privilege || CASE kind WHEN 'COLUMN' THEN pg_catalog.format(' (%I)', "column") ELSE '' END""";

  /**
   * Takes what {@link #list} told, and looks what of it is there still: not by {@code to_regclass},
   * which needs USAGE on the schema.
   */
  private static final String RECORDED =
      """
      recorded AS (
        SELECT * FROM pg_catalog.jsonb_to_recordset(?::jsonb) AS r(kind text, schema text,
          object text, "column" text, privilege text, by text, grantable boolean)),
      present AS (
        SELECT r.* FROM recorded r JOIN changes c USING (kind, privilege)
        WHERE EXISTS (SELECT FROM pg_catalog.pg_roles g WHERE g.rolname = by)
        AND CASE kind
          WHEN 'SCHEMA' THEN EXISTS (
            SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname = object)
          WHEN 'DATABASE' THEN object = pg_catalog.current_database()
          ELSE EXISTS (
            SELECT FROM pg_catalog.pg_class o JOIN pg_catalog.pg_namespace n
              ON n.oid = o.relnamespace
            WHERE n.nspname = schema AND o.relname = object
            AND (kind <> 'COLUMN' OR EXISTS (
              SELECT FROM pg_catalog.pg_attribute t
              WHERE t.attrelid = o.oid AND t.attname = "column" AND NOT t.attisdropped)))
          END)""";

  private Grants() {}

  /**
   * What a role was granted.
   *
   * @param json those that can be revoked, for {@link #giveBack}
   * @param revocable how many those are
   * @param others how many others there are
   */
  record Listed(String json, int revocable, int others) {}

  /**
   * What a role was granted itself.
   *
   * @throws RevokerException final, when that is too much to be remembered
   */
  static Listed list(Connection connection, String role) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "WITH "
                + DIRECT
                + """

                SELECT COALESCE(pg_catalog.jsonb_agg(
                    pg_catalog.to_jsonb(d) - 'role' - 'revocable' ORDER BY kind, schema, object,
                    "column", privilege, by) FILTER (WHERE revocable), '[]')::text,
                  pg_catalog.count(*) FILTER (WHERE revocable),
                  pg_catalog.count(*) FILTER (WHERE NOT revocable)
                FROM direct d""")) {
      select.setString(1, role);
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        Listed listed = new Listed(rows.getString(1), rows.getInt(2), rows.getInt(3));
        if (listed.revocable() > MAX || listed.json().length() > MAX_CHARACTERS) {
          throw RevokerException.fatal(
              "Role "
                  + role
                  + " was granted "
                  + listed.revocable()
                  + " privileges to change something, more than are remembered for the way back ("
                  + MAX
                  + ", or "
                  + MAX_CHARACTERS
                  + " characters). Take it to suspend.");
        }
        return listed;
      }
    }
  }

  /** Revokes all that can be revoked, or nothing. */
  static void take(Connection connection, String role) throws SQLException {
    runAll(
        connection,
        "WITH "
            + DIRECT
            + " SELECT pg_catalog.format('SET LOCAL ROLE %I', by),"
            + " pg_catalog.format('REVOKE %s ON %s FROM %I', "
            + PRIVILEGE
            + ", "
            + ON
            + ", role) FROM direct WHERE revocable",
        role);
  }

  /**
   * Grants what {@link #list} told, as far as it is there still.
   *
   * @return how many were not there any more
   * @throws RevokerException retryable, when the catalog does not show all that are there
   */
  static int giveBack(Connection connection, String role, String json) throws SQLException {
    runAll(
        connection,
        "WITH "
            + CHANGES
            + ", "
            + RECORDED
            + " SELECT pg_catalog.format('SET LOCAL ROLE %I', by),"
            + " pg_catalog.format('GRANT %s ON %s TO %I', "
            + PRIVILEGE
            + ", "
            + ON
            + ", ?::text) || CASE WHEN grantable THEN ' WITH GRANT OPTION' ELSE '' END FROM present",
        json,
        role);
    try (PreparedStatement select =
        connection.prepareStatement(
            "WITH "
                + DIRECT
                + ", "
                + RECORDED
                + """

                SELECT (SELECT pg_catalog.count(*) FROM recorded)
                    - (SELECT pg_catalog.count(*) FROM present),
                  pg_catalog.count(*) FROM present p WHERE NOT EXISTS (
                    SELECT FROM direct d WHERE (d.kind, d.schema, d.object, d."column", d.privilege)
                      = (p.kind, p.schema, p.object, p."column", p.privilege)
                    AND d.by = p.by AND d.grantable >= p.grantable)""")) {
      select.setString(1, role);
      select.setString(2, json);
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        if (rows.getInt(2) > 0) {
          throw RevokerException.retryable(
              rows.getInt(2) + " privilege(s) of role " + role + " are not granted again.");
        }
        return rows.getInt(1);
      }
    }
  }

  /** Runs the statements that a query makes, all or none; the server has quoted the names. */
  private static void runAll(Connection connection, String query, String... parameters)
      throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      for (String one : made(connection, query, parameters)) {
        statement.addBatch(one);
      }
      statement.executeBatch();
      connection.commit();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private static List<String> made(Connection connection, String query, String... parameters)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(query)) {
      for (int i = 0; i < parameters.length; i++) {
        select.setString(i + 1, parameters[i]);
      }
      List<String> statements = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          statements.add(rows.getString(1));
          statements.add(rows.getString(2));
        }
      }
      return statements;
    }
  }
}
