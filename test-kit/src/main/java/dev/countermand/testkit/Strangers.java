package dev.countermand.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Connections that somebody opens at a server on this machine and holds. For one thread. */
public final class Strangers implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;
  private static final String LENGTH = "content-length: ";

  private final int port;
  private final List<Socket> open = new ArrayList<>();

  /** At a port of this machine. */
  public Strangers(int port) {
    this.port = port;
  }

  /** Opens one, sends something and leaves it open. */
  public Socket open(String sent) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    open.add(socket);
    socket.setSoTimeout(PATIENCE_MILLIS);
    write(socket, sent);
    return socket;
  }

  /** Opens many; some may end before they have sent anything. */
  public void openMany(int number, String sent) {
    for (int i = 0; i < number; i++) {
      try {
        open(sent);
      } catch (IOException e) {
        // It was ended before it could send anything.
      }
    }
  }

  /** Sends more on one. */
  public static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** The first line of the next answer, all of which is read; empty where the server ended it. */
  public static String statusLine(Socket socket) throws IOException {
    String status = line(socket);
    int length = 0;
    for (String header = status; !header.isEmpty(); header = line(socket)) {
      if (header.startsWith(LENGTH)) {
        length = Integer.parseInt(header.substring(LENGTH.length()));
      }
    }
    socket.getInputStream().skipNBytes(length);
    return status;
  }

  private static String line(Socket socket) throws IOException {
    StringBuilder line = new StringBuilder();
    int next = socket.getInputStream().read();
    while (next >= 0 && next != '\n') {
      line.append((char) next);
      next = socket.getInputStream().read();
    }
    return line.toString().strip();
  }

  /** Whether the server has ended one; what it sent is read by that. */
  public static boolean isEnded(Socket socket) throws IOException {
    socket.setSoTimeout(1);
    try {
      while (socket.getInputStream().read() >= 0) {
        // An answer; the end may stand behind it.
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    } finally {
      socket.setSoTimeout(PATIENCE_MILLIS);
    }
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }
}
