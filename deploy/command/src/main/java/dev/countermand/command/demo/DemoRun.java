package dev.countermand.command.demo;

import dev.countermand.command.Main;
import dev.countermand.command.stack.EmbeddedStack;
import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/** One playing of the incident and how it is told. */
public final class DemoRun {
  /** Marks a directory as one the demo may empty. */
  private static final String MARK = ".countermand-demo";

  /** Whether Countermand watches. */
  public enum Guard {
    /** It does. */
    GUARDED,
    /** Nobody does. */
    UNGUARDED
  }

  private final Demo demo;
  private final DemoReport report;

  private DemoRun(Demo demo, DemoReport report) {
    this.demo = demo;
    this.report = report;
  }

  /**
   * Empties the directory of the demo.
   *
   * @throws CountermandException DIRECTORY_NOT_OURS when it holds files that no demo put there
   */
  public static void prepare(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        if (files.findAny().isPresent() && Files.notExists(directory.resolve(MARK))) {
          throw new CountermandException(
              "DIRECTORY_NOT_OURS",
              "The directory "
                  + directory
                  + " holds files that no demo put there; it is not emptied. Name another one.");
        }
      }
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
    Files.createDirectories(directory);
    Files.createFile(directory.resolve(MARK));
  }

  /** Plays the incident. */
  public static DemoRun play(Demo demo, Guard guard) throws IOException, InterruptedException {
    return new DemoRun(demo, guard == Guard.GUARDED ? demo.guarded() : demo.unguarded());
  }

  /** 0 when nothing was lost, or when it was played unguarded. */
  public int exitCode() {
    return report.saved() || !report.guarded() ? Main.OK : Main.FAILED;
  }

  /** For machines. */
  public String toJson() {
    return report.toJson().toPrettyString();
  }

  /** For people. */
  public void print(PrintStream out) {
    Timeline.Paint paint = Timeline.Paint.ofTerminal();
    out.println();
    report.timeline().print(out, paint);
    out.println();
    for (Lineage lineage : report.lineages()) {
      lineage.print(out, paint);
      out.println();
    }
    if (report.guarded()) {
      printGuarded(out, paint);
    } else {
      out.printf(
          "%s %d of %d volumes and %d of %d backups are gone; the token is still %s.%n",
          paint.in("31", "Lost:"),
          report.before().volumes() - report.after().volumes(),
          report.before().volumes(),
          report.before().backups() - report.after().backups(),
          report.before().backups(),
          report.tokenActive() ? "active" : "dead");
    }
    out.flush();
  }

  private void printGuarded(PrintStream out, Timeline.Paint paint) {
    out.println(
        report.saved() ? paint.in("32", "Saved.") : paint.in("31", "Not everything went well."));
    line(out, "volumes left", report.after().volumes() + " of " + report.before().volumes());
    line(out, "backups left", report.after().backups() + " of " + report.before().backups());
    line(out, "destructive call at the hook", Objects.toString(report.decision()));
    line(out, "the same call past the hook", "HTTP " + report.replayStatus());
    line(out, "introspection of the token", "active=" + report.tokenActive());
    line(out, "harmless call afterwards", Objects.toString(report.afterwards()));
    line(out, "from the use to the answer", millis(report.useToAnswer()));
    line(out, "from the use to the kill switch", millis(report.useToKillSwitch()));
    line(out, "from the use to the proof", millis(report.useToProof()));
    line(out, "documents in Elasticsearch", Long.toString(report.indexed()));
  }

  /** Leaves everything up until the process is asked to end. */
  public void keep(PrintStream out) throws InterruptedException {
    EmbeddedStack stack = Objects.requireNonNull(demo.stack(), "a guarded demo has a stack");
    out.println();
    out.println("Everything stays up until Ctrl-C:");
    out.println("  gateway        " + stack.gateway());
    out.println("  Kafka          " + stack.config().kafka().bootstrap());
    out.println("  Elasticsearch  " + stack.config().elasticsearch().url());
    out.println(
        "  other commands: --config "
            + Objects.requireNonNull(stack.config().data().getParent())
                .resolve(DemoConfiguration.FILE));
    stack.await();
  }

  private static void line(PrintStream out, String what, String value) {
    out.printf("  %-34s %s%n", what, value);
  }

  private static String millis(@org.jspecify.annotations.Nullable Double ms) {
    return ms == null ? "never" : String.format(Locale.ROOT, "%.1f ms", ms);
  }
}
