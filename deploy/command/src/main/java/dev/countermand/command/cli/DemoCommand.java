package dev.countermand.command.cli;

import dev.countermand.command.demo.Demo;
import dev.countermand.command.demo.DemoRun;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Plays the incident. */
@Command(
    name = "demo",
    description =
        "Plays the incident this project exists for, against the real pipeline and a demo provider"
            + " that really loses its volumes. Exits 0 when nothing was lost (or, with --without,"
            + " when it was played).")
final class DemoCommand implements Callable<Integer> {
  @Option(names = "--without", description = "Play it unguarded, and see the loss.")
  private boolean without;

  @Option(names = "--keep", description = "Leave everything up afterwards, until Ctrl-C.")
  private boolean keep;

  @Option(names = "--json", description = "One JSON document instead of the timeline.")
  private boolean json;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Where the demo keeps its files; emptied first. Default: ${DEFAULT-VALUE}.")
  private Path directory = Path.of(".countermand", "demo");

  @Override
  public Integer call() throws Exception {
    DemoRun.Guard guard = without ? DemoRun.Guard.UNGUARDED : DemoRun.Guard.GUARDED;
    DemoRun.prepare(directory);
    try (Demo demo = new Demo(directory, new Steps())) {
      DemoRun run = DemoRun.play(demo, guard);
      if (json) {
        System.out.println(run.toJson());
      } else {
        run.print(System.out);
      }
      if (keep && !without) {
        run.keep(System.err);
      }
      return run.exitCode();
    }
  }
}
