package dev.countermand.collectors.edge;

/**
 * A process as Linux shows it (proc_pid_stat(5)).
 *
 * @param pid its id, which another process can have once this one is gone
 * @param parent the id of its parent
 * @param group its process group
 * @param session its session
 * @param state one letter
 * @param start when it started, in ticks since the machine did: with the pid it names one process
 */
record Proc(long pid, long parent, long group, long session, char state, long start) {
  /** Whether it runs no code: stopped by a signal or by a tracer. */
  boolean isStopped() {
    return state == 'T' || state == 't';
  }

  /**
   * Whether it waits in the kernel and takes no signal there, such as the parent of a {@code vfork}
   * whose child is stopped. A stop that was sent to it holds before it runs any code again.
   */
  boolean isInKernel() {
    return state == 'D';
  }

  /** Whether it has ended, though its parent may not have looked yet. */
  boolean isGone() {
    return state == 'Z' || state == 'X' || state == 'x';
  }
}
