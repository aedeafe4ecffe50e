package dev.countermand.testkit;

import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Rung;
import dev.countermand.model.TakenCredential;
import dev.countermand.model.json.Extra;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether an agent may act, for a test that says only what the test is about: by {@code order-1},
 * with nothing taken away and its processes left alone. Not safe for several threads.
 */
public final class ContainmentStateSample {
  private final String agent;
  private final ContainmentStatus status;
  private final Instant time;
  private String order = "order-1";
  private @Nullable Rung rung;
  private List<TakenCredential> taken = List.of();

  private ContainmentStateSample(String agent, ContainmentStatus status, Instant time) {
    this.agent = agent;
    this.status = status;
    this.time = time;
  }

  /** That of an agent since an instant. */
  public static ContainmentStateSample of(String agent, ContainmentStatus status, Instant time) {
    return new ContainmentStateSample(agent, status, time);
  }

  public ContainmentStateSample order(String its) {
    order = its;
    return this;
  }

  /** How far its processes are taken. */
  public ContainmentStateSample to(@Nullable Rung how) {
    rung = how;
    return this;
  }

  /** What was taken away. */
  public ContainmentStateSample taken(TakenCredential... credentials) {
    taken = List.of(credentials);
    return this;
  }

  public ContainmentState build() {
    return new ContainmentState(
        agent, time, status, order, "it destroyed", rung, taken, Extra.NONE);
  }
}
