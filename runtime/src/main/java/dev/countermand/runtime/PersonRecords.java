package dev.countermand.runtime;

import dev.countermand.model.Approval;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Decision;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Rung;
import dev.countermand.model.json.Extra;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records of what people order and answer. Their reasons are told on: to topics, to the
 * contained agent, to other services; somebody may paste a token into one, so it loses its secrets
 * here, before anything else sees it. Thread-safe.
 */
public final class PersonRecords {
  private final UnaryOperator<String> redactor;
  private final InstantSource clock;

  /**
   * Makes records of now.
   *
   * @param redactor a text without its secrets; safe for use by many threads
   */
  public PersonRecords(UnaryOperator<String> redactor, InstantSource clock) {
    this.redactor = redactor;
    this.clock = clock;
  }

  /** What a person typed, without its secrets. */
  public String typed(String text) {
    return redactor.apply(text);
  }

  /**
   * What a person orders, under a new id.
   *
   * @param reason as it was typed
   * @param credentials fingerprints to take away beside those that are known
   * @param rung how hard; null for what the policy says
   */
  public ContainmentOrder order(
      OrderKind kind,
      String agentId,
      String reason,
      List<String> credentials,
      @Nullable Rung rung,
      String person) {
    return ContainmentOrder.byPerson(
            Ids.next(), clock.instant(), kind, agentId, redactor.apply(reason), credentials, person)
        .to(rung);
  }

  /**
   * What a person says to an order, or to an attempt, that waits.
   *
   * @param orderId the order, or the action
   * @param reason as it was typed
   */
  public Approval answer(
      String orderId, String agentId, Decision decision, String reason, String person) {
    return new Approval(
        orderId, clock.instant(), agentId, decision, person, redactor.apply(reason), Extra.NONE);
  }
}
