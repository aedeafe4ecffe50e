package dev.countermand.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A server in a process of its own, in a session of its own (Ctrl-C reaches its parent only), with
 * its output in a file.
 *
 * <p>The child never outlives this JVM for long, however this JVM ends: a small shell beside it
 * reads a pipe whose other end only this JVM holds. When the pipe closes without a word, the shell
 * sends SIGTERM, and SIGKILL ten seconds later.
 *
 * <p>Safe for use by several threads.
 */
final class ChildProcess {
  static final Path NO_INPUT = Path.of("/dev/null");

  private static final String GUARD =
      """
      ending=$1 input=$2
      shift 2
      exec 3<&0
      (
        exec >/dev/null 2>&1
        if read -r word <&3; then exit 0; fi
        kill -s "$ending" $$ || exit 0
        tenths=0
        while [ $tenths -lt 100 ] && kill -0 $$; do sleep 0.1; tenths=$((tenths + 1)); done
        kill -KILL $$
      ) &
      exec 3<&-
      exec "$@" <"$input"
      """;

  private final String name;
  private final Process process;
  private final List<Path> logs;
  private final Ending ending;

  private ChildProcess(String name, Process process, List<Path> logs, Ending ending) {
    this.name = name;
    this.ending = ending;
    this.process = process;
    this.logs = logs;
  }

  /**
   * What to run.
   *
   * @param name what people call it
   * @param command the program and its arguments
   * @param environment variables set on top of this process's own
   * @param directory its working directory
   * @param output the file its standard output and error are appended to
   * @param input the file it reads as its standard input
   * @param log the file it logs to by itself; may be the same
   * @param account the user it runs as
   * @param ending how it is asked to end
   */
  record Spec(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path directory,
      Path input,
      Path output,
      Path log,
      Account account,
      Ending ending) {}

  /**
   * How to ask a server to end: most stop cleanly on SIGTERM; PostgreSQL does so without waiting
   * for its clients on SIGINT.
   */
  enum Ending {
    TERMINATE("TERM"),
    INTERRUPT("INT");

    private final String signal;

    Ending(String signal) {
      this.signal = signal;
    }
  }

  /** Starts the process and returns at once; the server in it is not ready yet. */
  static ChildProcess start(Spec spec) {
    List<String> words = new ArrayList<>();
    if (Executables.onPath("setsid", System.getenv().getOrDefault("PATH", ""))) {
      words.add("setsid");
    }
    words.addAll(
        List.of(
            "/bin/sh", "-c", GUARD, spec.name(), spec.ending().signal, spec.input().toString()));
    words.addAll(spec.account().prefix());
    words.addAll(spec.command());
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(spec.directory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(spec.output().toFile()));
    // A variable meant for this JVM must not change the server's.
    builder
        .environment()
        .keySet()
        .removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
    builder.environment().putAll(spec.environment());
    try {
      if (!Files.exists(spec.output())) {
        // What a server prints may quote what it was sent.
        Files.createFile(
            spec.output(),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Process process = builder.start();
      var unused = process.onExit().thenAccept(ChildProcess::dismissGuard);
      return new ChildProcess(
          spec.name(), process, List.of(spec.log(), spec.output()), spec.ending());
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "SERVER_DID_NOT_START", spec.name() + " could not be executed: " + e.getMessage(), e);
    }
  }

  /**
   * Tells the guard that the server ended, so that it never signals a process id that others may
   * use by now.
   */
  private static void dismissGuard(Process ended) {
    try (OutputStream pipe = ended.getOutputStream()) {
      pipe.write('\n');
    } catch (IOException guardIsGone) {
      // Nothing is left to tell.
    }
  }

  /** The process id of the server. */
  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits that long for the end; whether it came. */
  boolean endsWithin(Duration wait) {
    try {
      return process.waitFor(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException("INTERRUPTED", "interrupted while waiting for " + name, e);
    }
  }

  /**
   * Asks it to end (SIGTERM) and kills it when it has not within the patience. Returns when it is
   * gone.
   */
  void stop(Duration patience) {
    if (!process.isAlive()) {
      return;
    }
    signal();
    if (!endsWithin(patience)) {
      kill();
    }
  }

  private void signal() {
    if (ending == Ending.TERMINATE) {
      process.destroy();
      return;
    }
    try {
      // The library of this JVM sends SIGTERM and SIGKILL only.
      new ProcessBuilder(
              "/bin/sh",
              "-c",
              "kill -s \"$1\" \"$2\"",
              "kill",
              ending.signal,
              String.valueOf(pid()))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      process.destroy();
    }
  }

  /** Kills it and its own children (SIGKILL) and returns when it is gone. */
  void kill() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    endsWithin(Duration.ofSeconds(10));
  }

  /**
   * Waits until the check holds, asking about every 25 ms.
   *
   * @throws EmbeddedServerException {@code SERVER_DID_NOT_START} with the last lines of the log
   *     when the server ends or the deadline passes first; the process is gone then
   */
  void awaitReady(Readiness check, Duration deadline) {
    long end = System.nanoTime() + deadline.toNanos();
    while (!check.isReady()) {
      if (endsWithin(Duration.ofMillis(25))) {
        throw notStarted("ended with exit status " + process.exitValue() + " before it was ready");
      }
      if (System.nanoTime() > end) {
        kill();
        throw notStarted("was not ready within " + deadline.toSeconds() + " s");
      }
    }
  }

  /**
   * Waits for a program that does one thing and ends.
   *
   * @throws EmbeddedServerException {@code SERVER_DID_NOT_START} with the last lines of the log
   *     when it fails or takes longer
   */
  void awaitSuccess(Duration deadline) {
    if (!endsWithin(deadline)) {
      kill();
      throw notStarted("did not end within " + deadline.toSeconds() + " s");
    }
    if (process.exitValue() != 0) {
      throw notStarted("failed with exit status " + process.exitValue());
    }
  }

  private EmbeddedServerException notStarted(String what) {
    String tail = LogTail.of(logs, 15);
    return new EmbeddedServerException(
        "SERVER_DID_NOT_START",
        name + " " + what + ". The last lines of its log " + logs + ":\n" + tail);
  }

  /** Whether a starting server serves. */
  @FunctionalInterface
  interface Readiness {
    boolean isReady();
  }
}
