package dev.countermand.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Free ports on the loopback address, and who holds a taken one. */
public final class Ports {
  // Below Linux's ephemeral range (32768 and up): an outgoing connection never takes a port chosen
  // here.
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_000;
  private static final int ATTEMPTS = 200;

  private Ports() {}

  /**
   * A loopback TCP port that is free now.
   *
   * @throws EmbeddedServerException {@code PORT_TAKEN} when 200 random ports were all taken
   */
  public static int free() {
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (isFree(port)) {
        return port;
      }
    }
    throw new EmbeddedServerException(
        "PORT_TAKEN",
        "no free port found on 127.0.0.1 between "
            + LOWEST
            + " and "
            + HIGHEST
            + "; stop a server and try again");
  }

  /** The wanted port when it is not 0, else a free one. */
  static int choose(int wanted, String server) {
    if (wanted == 0) {
      return free();
    }
    requireFree(wanted, server);
    return wanted;
  }

  /**
   * Returns when the port can be bound on 127.0.0.1.
   *
   * @throws EmbeddedServerException {@code PORT_TAKEN}, naming the port, the server that wanted it
   *     and, where it can be seen, the process that holds it
   */
  public static void requireFree(int port, String server) {
    if (isFree(port)) {
      return;
    }
    String holder = holder(port).map(h -> " by " + h).orElse("");
    throw new EmbeddedServerException(
        "PORT_TAKEN",
        "port %d on 127.0.0.1, wanted for %s, is taken%s; stop that process or choose another port"
            .formatted(port, server, holder));
  }

  /** Whether a server could listen on this loopback port now. */
  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(loopback(port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(loopback(port), 500);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static InetSocketAddress loopback(int port) throws IOException {
    return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
  }

  /** "java (pid 4711)" for the process that listens on the port, when this user may see it. */
  static Optional<String> holder(int port) {
    return inode(Path.of("/proc/net/tcp"), port)
        .or(() -> inode(Path.of("/proc/net/tcp6"), port))
        .flatMap(Ports::processOfSocket);
  }

  private static Optional<String> inode(Path table, int port) {
    String local = ":%04X".formatted(port);
    try {
      for (String line : Files.readAllLines(table)) {
        String[] columns = line.strip().split(" +", -1);
        boolean listening = columns.length > 9 && columns[3].equals("0A");
        if (listening && columns[1].endsWith(local)) {
          return Optional.of(columns[9]);
        }
      }
    } catch (IOException notLinux) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static Optional<String> processOfSocket(String inode) {
    String wanted = "socket:[" + inode + "]";
    List<ProcessHandle> processes = ProcessHandle.allProcesses().toList();
    for (ProcessHandle process : processes) {
      if (holds(process.pid(), wanted)) {
        String name =
            process
                .info()
                .command()
                .map(c -> Path.of(c).getFileName().toString())
                .orElse("a process");
        return Optional.of(name + " (pid " + process.pid() + ")");
      }
    }
    return Optional.empty();
  }

  private static boolean holds(long pid, String socket) {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path descriptor : open) {
        if (Files.isSymbolicLink(descriptor)
            && Files.readSymbolicLink(descriptor).toString().equals(socket)) {
          return true;
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException notOurs) {
      return false;
    }
    return false;
  }
}
