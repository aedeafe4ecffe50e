package dev.countermand.collectors.edge;

import dev.countermand.runtime.Waits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The processes that came of one command: those of its session, all children of these wherever they
 * went, and whatever carries the marker in its environment. No other is ever signalled: each is
 * known by pid and start time, and looked at again right before. Thread-safe.
 */
final class AgentProcesses {
  private static final Duration PAUSE = Duration.ofMillis(5);
  private static final int MAX_TARGETS = 500;
  private static final int MAX_NAMED = 20;

  private final ProcessTable table;
  private final long session;
  private final String marker;
  private final long ownSession;
  private final Map<Long, Long> ours = new HashMap<>();

  /**
   * Looked at once, and not ours: what starts a process without the marker does not add it later.
   */
  private final Map<Long, Long> others = new HashMap<>();

  /**
   * What became of them.
   *
   * @param done whether all of them came to where they should
   * @param detail how many did, or which did not
   */
  record Result(boolean done, String detail) {}

  /**
   * The processes of a command.
   *
   * @param leader the command's first process, which leads a session of its own
   * @param marker {@code NAME=value}, in the environment that the command was started with
   */
  AgentProcesses(ProcessTable table, Proc leader, String marker) {
    this.table = table;
    this.session = leader.pid();
    this.marker = marker;
    this.ownSession = table.find(ProcessHandle.current().pid()).map(Proc::session).orElse(0L);
    ours.put(leader.pid(), leader.start());
  }

  /** Those that live now. */
  synchronized List<Proc> look() throws IOException {
    Map<Long, Proc> all = table.read();
    ours.entrySet().removeIf(one -> !isStill(all.get(one.getKey()), one.getValue()));
    others.entrySet().removeIf(one -> !isStill(all.get(one.getKey()), one.getValue()));
    // While one of ours is in the session, its id cannot have become another's.
    boolean isSessionOurs =
        all.values().stream().anyMatch(p -> p.session() == session && ours.containsKey(p.pid()));
    boolean isMore = true;
    while (isMore) {
      isMore = false;
      for (Proc one : all.values()) {
        if (!ours.containsKey(one.pid())
            && (ours.containsKey(one.parent())
                || (isSessionOurs && one.session() == session)
                || isMarked(one))) {
          ours.put(one.pid(), one.start());
          others.remove(one.pid());
          isMore = true;
        }
      }
    }
    return all.values().stream()
        .filter(one -> ours.containsKey(one.pid()) && !one.isGone())
        .toList();
  }

  private static boolean isStill(@Nullable Proc now, long start) {
    return now != null && now.start() == start;
  }

  private boolean isMarked(Proc one) {
    if (others.containsKey(one.pid())) {
      return false;
    }
    boolean marked = table.carries(one.pid(), marker);
    if (!marked) {
      others.put(one.pid(), one.start());
    }
    return marked;
  }

  /** Stops all of them, and those that they start meanwhile. */
  Result stop(Duration limit) throws IOException, InterruptedException {
    return drive(
        "STOP", "stopped", (one, sent) -> one.isStopped() || (one.isInKernel() && sent), limit);
  }

  /** Lets all of them go on. */
  Result go(Duration limit) throws IOException, InterruptedException {
    // A stop that waits for a process in the kernel is taken back by the signal, too.
    return drive(
        "CONT", "running", (one, sent) -> !one.isStopped() && (sent || !one.isInKernel()), limit);
  }

  /**
   * Ends all of them. They are stopped first and then killed, so that none of them runs any code of
   * its own on the way: to ask it politely would be to let it act once more.
   */
  Result end(Duration limit) throws IOException, InterruptedException {
    Result stopped = stop(limit);
    Result ended = drive("KILL", "gone", (one, sent) -> false, limit);
    return ended.done() ? new Result(true, stopped.detail() + "; then all were killed") : ended;
  }

  /** Passes a signal on to the command's own process group, if it is still there. */
  void pass(String signal) throws IOException, InterruptedException {
    Long start;
    synchronized (this) {
      start = ours.get(session);
    }
    if (start != null && isStill(table.find(session).orElse(null), start)) {
      kill(signal, List.of("-" + session));
    }
  }

  /**
   * Signals all that are not where they should be until none is left.
   *
   * @param isThere of a process, and whether this signal was sent to it
   */
  private Result drive(
      String signal, String state, BiPredicate<Proc, Boolean> isThere, Duration limit)
      throws IOException, InterruptedException {
    Set<Long> sent = new HashSet<>();
    Predicate<Proc> isNotThere = one -> !isThere.test(one, sent.contains(one.pid()));
    int[] quiet = {0};
    Optional<Result> done =
        Waits.until(
            limit,
            PAUSE,
            () -> {
              List<Proc> all = look();
              List<Proc> rest = all.stream().filter(isNotThere).toList();
              signal(signal, rest);
              rest.forEach(one -> sent.add(one.pid()));
              quiet[0] = rest.isEmpty() ? quiet[0] + 1 : 0;
              // Once more, as a child may have come while the first look went from pid to pid.
              return quiet[0] < 2
                  ? Optional.empty()
                  : Optional.of(new Result(true, all.size() + " process(es) are " + state));
            });
    if (done.isPresent()) {
      return done.get();
    }
    List<String> rest =
        look().stream()
            .filter(isNotThere)
            .limit(MAX_NAMED)
            .map(one -> "pid " + one.pid() + " is in state " + one.state())
            .toList();
    return new Result(rest.isEmpty(), rest.isEmpty() ? "all are " + state : rest.toString());
  }

  private void signal(String signal, List<Proc> processes)
      throws IOException, InterruptedException {
    Set<String> targets = new LinkedHashSet<>();
    for (Proc one : processes) {
      Proc now = table.find(one.pid()).orElse(null);
      if (now == null || now.start() != one.start()) {
        continue;
      }
      // A whole group at once leaves no time to fork. A session that is not the edge's was made by
      // a process of ours, and so was every group in it.
      boolean isGroupOurs = ownSession != 0 && now.session() != ownSession && now.group() > 1;
      targets.add(isGroupOurs ? "-" + now.group() : Long.toString(now.pid()));
    }
    List<String> all = new ArrayList<>(targets);
    for (int from = 0; from < all.size(); from += MAX_TARGETS) {
      kill(signal, all.subList(from, Math.min(all.size(), from + MAX_TARGETS)));
    }
  }

  // What is gone meanwhile, or is another user's, is seen at the next look and not by the status.
  private static void kill(String signal, List<String> targets)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", "kill -s \"$0\" -- \"$@\"", signal));
    command.addAll(targets);
    new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
