package dev.countermand.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A program that starts a child, prints its process id, and waits until it is ended or its standard
 * input tells it to exit.
 */
final class ParentProgram {
  private ParentProgram() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[1]);
    CountDownLatch started = new CountDownLatch(1);
    long[] pid = new long[1];
    // A thread that ends right after: a child bound to its thread would die with it.
    Thread starter =
        new Thread(
            () -> {
              pid[0] = start(arguments[0], directory);
              started.countDown();
            });
    starter.start();
    started.await();
    starter.join();
    System.out.println(pid[0]);
    System.in.read();
  }

  private static long start(String kind, Path directory) {
    return switch (kind) {
      case "kafka" -> KafkaServer.start(directory, KafkaServer.Options.defaults()).pid();
      case "postgres" -> PostgresServer.start(directory, PostgresServer.Options.defaults()).pid();
      case "stubborn" -> child(directory, "trap '' TERM; while :; do sleep 0.2; done").pid();
      default -> child(directory, "exec sleep 600").pid();
    };
  }

  static ChildProcess child(Path directory, String script) {
    Path output = directory.resolve("output");
    return ChildProcess.start(
        new ChildProcess.Spec(
            "test child",
            List.of("/bin/sh", "-c", script),
            Map.of(),
            directory,
            ChildProcess.NO_INPUT,
            output,
            output,
            Account.current(),
            ChildProcess.Ending.TERMINATE));
  }
}
