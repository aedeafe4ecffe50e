package dev.countermand.runtime.server;

import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.countermand.runtime.CountermandException;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Has a server of ours listen. */
public final class Listening {
  private Listening() {}

  /** A server that will listen there, in plain text; port 0 stands for any that is free. */
  public static ServerBuilder at(String host, int port) {
    ServerBuilder builder = Server.builder().http(new InetSocketAddress(host, port));
    // The workers' kind of transport, which Armeria chooses, must be that of who accepts.
    switch (Flags.transportType()) {
      case EPOLL -> accept(builder, EpollIoHandler.newFactory());
      case NIO -> accept(builder, NioIoHandler.newFactory());
      default -> {}
    }
    return builder;
  }

  private static void accept(ServerBuilder builder, IoHandlerFactory transport) {
    builder.bossGroupFactory(name -> new Accepting(name, transport));
  }

  /** Accepts connections, and ends when it is told to. */
  private static final class Accepting extends MultiThreadIoEventLoopGroup {
    Accepting(String name, IoHandlerFactory transport) {
      super(1, new DefaultThreadFactory(name, true), transport);
    }

    // Netty waits for 2 s in which nobody hands in work; when Armeria calls this, nobody can.
    @Override
    public Future<?> shutdownGracefully() {
      return shutdownGracefully(0, 15, TimeUnit.SECONDS);
    }
  }

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
