package dev.countermand.command.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way to a server on this machine, which a test can close: as a network that is gone does, or
 * as a proxy whose server is away.
 */
final class Relay implements AutoCloseable {
  private static final byte[] AWAY =
      "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private enum Way {
    OPEN,
    CUT,
    SAYS_AWAY
  }

  private final int target;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile Way way = Way.OPEN;

  Relay(int target) {
    this.target = target;
    try {
      this.listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Breaks every connection, and every other that is tried. */
  void cut() {
    become(Way.CUT);
  }

  /** Breaks every connection, and answers 502 on every other. */
  void sayAway() {
    become(Way.SAYS_AWAY);
  }

  /** Goes on as before. */
  void restore() {
    become(Way.OPEN);
  }

  /** How many connections were tried in vain since it was closed the last time. */
  int refused() {
    return refused.get();
  }

  private void become(Way now) {
    way = now;
    if (now != Way.OPEN) {
      refused.set(0);
      open.forEach(Relay::reset);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        open.add(client);
        start(() -> serve(client));
      } catch (IOException e) {
        // It was closed.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      // After it is among the open ones: one that is not cut by become() sees that it is closed.
      switch (way) {
        case CUT -> {
          refused.incrementAndGet();
          reset(client);
        }
        case SAYS_AWAY -> {
          refused.incrementAndGet();
          if (client.getInputStream().read(new byte[8_192]) > 0) {
            client.getOutputStream().write(AWAY);
          }
        }
        case OPEN -> {
          try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            start(() -> pump(server, client));
            pump(client, server);
          }
        }
      }
    } catch (IOException e) {
      // Either side has ended it.
    } finally {
      open.remove(client);
    }
  }

  private static void pump(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // Either side has ended it, or it was cut.
    }
  }

  private static void reset(Socket socket) {
    try {
      // As from a machine that is gone.
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It is closed already.
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "relay");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }
}
