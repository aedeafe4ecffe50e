package dev.countermand.runtime.server;

import com.linecorp.armeria.server.Server;
import dev.countermand.runtime.CountermandException;
import java.util.concurrent.CompletionException;

/** Has a server of ours listen. */
public final class Listening {
  private Listening() {}

  /**
   * Returns when it listens.
   *
   * @param who what people call it, at the beginning of a sentence
   * @param setting the key of its port in the configuration
   * @throws CountermandException PORT_TAKEN
   */
  public static void start(Server server, String who, String host, int port, String setting) {
    try {
      server.start().join();
    } catch (CompletionException e) {
      throw new CountermandException(
          "PORT_TAKEN",
          who
              + " cannot listen on "
              + host
              + ":"
              + port
              + ". Stop what listens there, or set "
              + setting
              + ".",
          e);
    }
  }
}
