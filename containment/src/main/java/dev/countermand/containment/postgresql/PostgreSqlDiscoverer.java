package dev.countermand.containment.postgresql;

import dev.countermand.containment.discovery.Discovered;
import dev.countermand.containment.discovery.Discoverer;
import dev.countermand.runtime.CountermandException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Lists the roles that can log in and what they could do: on the whole server from their
 * attributes, on tables in the database of the configured URL. Rights that a role has through
 * others count.
 */
final class PostgreSqlDiscoverer implements Discoverer {
  private static final int MAX_ROLES = 10_000;

  // Rights through membership are what has_*_privilege and pg_has_role already count.
  private static final String ROLES =
      """
      SELECT r.rolname, r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolreplication,
             r.rolvaliduntil IS NOT NULL AND r.rolvaliduntil < now() AS expired,
             (SELECT count(*) FROM pg_catalog.pg_database d
               WHERE pg_catalog.pg_has_role(r.oid, d.datdba, 'USAGE')) AS databases,
             count(c.oid) FILTER (WHERE pg_catalog.pg_has_role(r.oid, c.relowner, 'USAGE')) AS owned,
             count(c.oid) FILTER (WHERE pg_catalog.has_table_privilege(r.oid, c.oid, 'TRUNCATE')) AS truncates,
             count(c.oid) FILTER (WHERE pg_catalog.has_table_privilege(r.oid, c.oid, 'DELETE')) AS deletes,
             count(c.oid) FILTER (WHERE pg_catalog.has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE')) AS writes,
             count(c.oid) FILTER (WHERE pg_catalog.has_table_privilege(r.oid, c.oid, 'SELECT')) AS reads
        FROM pg_catalog.pg_roles r
        LEFT JOIN pg_catalog.pg_class c
               ON c.relkind IN ('r', 'p')
              AND c.relnamespace NOT IN (SELECT oid FROM pg_catalog.pg_namespace
                                          WHERE nspname LIKE 'pg\\_%' OR nspname = 'information_schema')
       WHERE r.rolcanlogin
       GROUP BY r.oid, r.rolname, r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolreplication, r.rolvaliduntil
       ORDER BY r.rolname
       LIMIT ?
      """;

  private final String provider;
  private final Connections connections;

  PostgreSqlDiscoverer(String provider, Connections connections) {
    this.provider = provider;
    this.connections = connections;
  }

  @Override
  public List<Discovered> discover() {
    try (Connection connection = connections.own();
        PreparedStatement select = connection.prepareStatement(ROLES)) {
      select.setInt(1, MAX_ROLES);
      List<Discovered> all = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          all.add(role(rows));
        }
      }
      return List.copyOf(all);
    } catch (SQLException e) {
      throw new CountermandException(
          "DISCOVERY_FAILED",
          "The roles of the provider \""
              + provider
              + "\" cannot be listed (SQLSTATE "
              + e.getSQLState()
              + "). Check that the server answers and that the configured role may log in.");
    }
  }

  private static Discovered role(ResultSet row) throws SQLException {
    List<String> can = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    String name = row.getString("rolname");
    if (row.getBoolean("rolsuper")) {
      can.add("*:*");
      remarks.add("superuser");
    } else {
      add(can, row.getInt("databases") > 0, "destroy:database");
      add(can, row.getInt("owned") > 0 || row.getInt("truncates") > 0, "destroy:table");
      add(can, row.getInt("deletes") > 0, "delete:row");
      add(can, row.getInt("writes") > 0, "write:row");
      add(can, row.getInt("reads") > 0, "read:table");
      add(can, row.getBoolean("rolcreaterole"), "grant:role");
      add(can, row.getBoolean("rolcreatedb"), "write:database");
      add(can, row.getBoolean("rolreplication"), "read:database");
    }
    count(remarks, row.getInt("databases"), "databases owned");
    count(remarks, row.getInt("owned"), "tables owned");
    count(remarks, row.getInt("deletes"), "tables it may delete from");
    if (row.getBoolean("expired")) {
      remarks.add("its password has expired");
    }
    return new Discovered(name, "postgresql-role", can, Map.of("role", name), remarks);
  }

  private static void add(List<String> all, boolean has, String one) {
    if (has) {
      all.add(one);
    }
  }

  private static void count(List<String> remarks, int number, String what) {
    if (number > 0) {
      remarks.add(number + " " + what);
    }
  }
}
