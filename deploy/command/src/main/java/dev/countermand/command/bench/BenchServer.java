package dev.countermand.command.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** A real server that runs, and the providers that are measured at it. For one thread. */
interface BenchServer extends AutoCloseable {

  /** In the order in which they are measured. */
  List<Provider> providers();

  /** Ends the server. */
  @Override
  void close();

  /** How a server is started. */
  @FunctionalInterface
  interface Starter {
    /**
     * Returns when the server answers.
     *
     * @throws dev.countermand.embedded.EmbeddedServerException SERVER_FILES_MISSING when its
     *     programs are not on the class path, and as each server says
     */
    BenchServer start(Workplace place);
  }

  /** One provider of credentials at the server. */
  interface Provider {
    /** Its type in the configuration, which is its name, too. */
    String type();

    /** What stands under its name in {@code containment.providers}. */
    ObjectNode configuration();

    /** Makes that many credentials, all of which work when this returns. */
    List<Login> logins(int count);

    /**
     * Uses a credential, so that there is something to cut.
     *
     * @return what is open until it is cut or closed
     */
    default AutoCloseable use(Login login) throws Exception {
      return () -> {};
    }
  }

  /**
   * A credential that works.
   *
   * @param name what it is registered as
   * @param kind what it is
   * @param handle what names it at the provider
   * @param secret what is sealed
   */
  record Login(String name, String kind, Map<String, String> handle, String secret) {
    @Override
    public String toString() {
      return kind + " " + name;
    }
  }
}
