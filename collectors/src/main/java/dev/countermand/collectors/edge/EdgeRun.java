package dev.countermand.collectors.edge;

import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.Waits;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/**
 * Runs an agent in a session of its own, and stops and ends its processes when the agent is
 * contained. Follows the gateway; while that is away everything stays as it is. It does not hold
 * the agent up in any other way: where this process is killed, the agent runs on, or stays stopped.
 */
public final class EdgeRun {
  private static final Duration TICK = Duration.ofMillis(200);
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final Duration HEAD_START = Duration.ofSeconds(10);
  private static final Duration LAST_WORD = Duration.ofSeconds(5);
  private static final int LOOK_EVERY = 5;
  private static final String MARKER_ENV = "COUNTERMAND_EDGE";
  private static final String AGENT_ENV = "COUNTERMAND_AGENT";

  /** What a person at the terminal sends, and what a service manager does; none stops the edge. */
  private static final List<String> PASSED = List.of("INT", "TERM", "HUP", "TSTP", "WINCH", "USR2");

  private final String agent;
  private final List<String> command;
  private final GatewayLink gateway;
  private final PrintStream err;
  private final ProcessTable table = new ProcessTable(Path.of("/proc"));
  private final TerminalModes terminal = new TerminalModes();
  private Standing standing = new Standing(false, false, "", "");
  private boolean isHeld;
  private boolean isAway;
  private String said = "";
  private IOException problem = new IOException("it was not asked");
  private long ticks;
  private @Nullable Telling untold;

  private record Telling(String order, String done, AgentProcesses.Result result) {}

  /** A run that has not begun; what happens is told on {@code err}. */
  public EdgeRun(String agent, List<String> command, GatewayLink gateway, PrintStream err) {
    this.agent = agent;
    this.command = List.copyOf(command);
    this.gateway = gateway;
    this.err = err;
  }

  /**
   * Runs the command until it ends.
   *
   * @return its exit status; 128 and the signal's number when a signal ended it
   * @throws CountermandException EDGE_AGENT_CONTAINED, EDGE_REFUSED or EDGE_GATEWAY_UNREACHABLE,
   *     and the command was not started; EDGE_CANNOT_START
   */
  public int run() throws InterruptedException {
    refuseContained();
    String marker = MARKER_ENV + "=" + UUID.randomUUID();
    try {
      Process process = start(marker);
      Optional<Proc> leader = leader(process);
      // A command that ended at once may have left children all the same, but none of its session.
      AgentProcesses processes =
          new AgentProcesses(
              table, leader.orElse(new Proc(process.pid(), 0, 0, 0, 'X', -1)), marker);
      PASSED.forEach(name -> Signal.handle(new Signal(name), signal -> pass(processes, name)));
      follow(process, processes);
      return process.exitValue();
    } catch (IOException e) {
      throw new CountermandException(
          "EDGE_CANNOT_START",
          "The agent cannot be run: "
              + e.getMessage()
              + ". This needs Linux with /proc, /bin/sh and setsid (util-linux).",
          e);
    }
  }

  private void refuseContained() throws InterruptedException {
    standing = firstAnswer();
    isAway = false;
    if (standing.isContained()) {
      throw new CountermandException(
          "EDGE_AGENT_CONTAINED",
          "Agent "
              + agent
              + " is not started: it is contained by order "
              + standing.order()
              + " ("
              + standing.reason()
              + "). A person can release it: countermand release.");
    }
  }

  /** Waits a little for a gateway that is being started, too. */
  private Standing firstAnswer() throws InterruptedException {
    return Waits.until(
            HEAD_START,
            TICK,
            () -> {
              try {
                return Optional.of(gateway.ask());
              } catch (GatewayLink.Refused e) {
                throw notStarted(
                    "EDGE_REFUSED",
                    e,
                    "Give the token of the source that the agent belongs to, see gateway.sources.");
              } catch (IOException e) {
                problem = e;
                if (!isAway) {
                  say("the gateway cannot be asked, waiting for it: " + e.getMessage());
                }
                isAway = true;
                return Optional.<Standing>empty();
              }
            })
        .orElseThrow(
            () ->
                notStarted(
                    "EDGE_GATEWAY_UNREACHABLE",
                    problem,
                    "Check that the gateway runs, and its address."));
  }

  private CountermandException notStarted(String code, IOException why, String what) {
    return new CountermandException(
        code,
        "Agent "
            + agent
            + " is not started, because the gateway does not say whether it is contained: "
            + why.getMessage()
            + ". "
            + what,
        why);
  }

  private Process start(String marker) throws IOException {
    List<String> words = new ArrayList<>(List.of("setsid"));
    words.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(words).inheritIO();
    builder.environment().put(AGENT_ENV, agent);
    builder.environment().put(MARKER_ENV, marker.substring(MARKER_ENV.length() + 1));
    return builder.start();
  }

  /** The first process, once it leads its session; empty when it has ended before. */
  private Optional<Proc> leader(Process process) throws IOException, InterruptedException {
    Optional<Proc> leader =
        Waits.until(
                LAST_WORD,
                Duration.ofMillis(2),
                () -> {
                  Optional<Proc> now =
                      table.find(process.pid()).filter(one -> one.session() == one.pid());
                  return now.isPresent() || !process.isAlive()
                      ? Optional.of(now)
                      : Optional.<Optional<Proc>>empty();
                })
            .flatMap(found -> found);
    if (leader.isEmpty() && process.isAlive()) {
      process.destroyForcibly();
      throw new IOException("setsid made no session");
    }
    return leader;
  }

  private void pass(AgentProcesses processes, String signal) {
    try {
      processes.pass(signal);
    } catch (IOException e) {
      say("signal " + signal + " cannot be passed on: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow(Process process, AgentProcesses processes)
      throws IOException, InterruptedException {
    boolean isOver = false;
    while (!isOver) {
      isOver = process.waitFor(TICK.toMillis(), TimeUnit.MILLISECONDS);
      ask();
      apply(processes);
      tell();
    }
    var unused =
        Waits.until(
            LAST_WORD,
            TICK,
            () -> {
              tell();
              return untold == null ? Optional.of(true) : Optional.empty();
            });
    terminal.leave();
    int left = processes.look().size();
    if (left > 0) {
      say(
          left
              + " process(es) that the agent left behind "
              + (isHeld ? "stay stopped" : "run on")
              + " and are watched no more");
    }
  }

  private void ask() {
    try {
      standing = gateway.ask();
      isAway = false;
    } catch (IOException e) {
      if (!isAway) {
        say("the gateway cannot be asked, so all stays as it is: " + e.getMessage());
      }
      isAway = true;
    }
  }

  private void apply(AgentProcesses processes) throws IOException, InterruptedException {
    if (!standing.isContained() && !isHeld) {
      // Whose children they are is only seen while their parents live.
      if (ticks++ % LOOK_EVERY == 0) {
        processes.look();
      }
      return;
    }
    String done =
        !standing.isContained() ? "continued" : standing.isRevoked() ? "ended" : "stopped";
    if (done.equals("continued")) {
      terminal.enter();
    }
    AgentProcesses.Result result =
        switch (done) {
          case "continued" -> processes.go(LIMIT);
          case "ended" -> processes.end(LIMIT);
          default -> processes.stop(LIMIT);
        };
    if (!isHeld && standing.isContained()) {
      terminal.leave();
    }
    isHeld = standing.isContained();
    String now = standing.order() + " " + done + " " + result.done();
    if (!now.equals(said)) {
      said = now;
      say(
          "agent %s: its processes are %s%s, by order %s (%s)"
              .formatted(
                  agent,
                  result.done() ? "" : "not all ",
                  done,
                  standing.order(),
                  standing.reason()));
      untold = new Telling(standing.order(), done, result);
    }
  }

  private void tell() {
    Telling next = untold;
    if (next == null) {
      return;
    }
    try {
      gateway.tell(next.order(), next.done(), next.result());
      untold = null;
    } catch (IOException e) {
      if (!isAway) {
        say("the gateway cannot be told, trying again: " + e.getMessage());
      }
      isAway = true;
    }
  }

  private void say(String sentence) {
    err.println("countermand: " + sentence);
  }
}
