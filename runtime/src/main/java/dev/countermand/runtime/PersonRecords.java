package dev.countermand.runtime;

import dev.countermand.model.Approval;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Decision;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Rung;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.http.Refusal;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records of what people order and answer. What they type is told on: to topics, to the
 * contained agent, to other services; somebody may paste a token into it, so it loses its secrets
 * here, before anything else sees it. Thread-safe.
 */
public final class PersonRecords {
  /** Most characters of one text that a person types: a reason, a purpose. */
  public static final int MAX_TEXT = 1_000;

  private final UnaryOperator<String> redactor;
  private final Set<String> agents;
  private final InstantSource clock;

  /**
   * Makes records of now.
   *
   * @param redactor a text without its secrets; safe for use by many threads
   * @param agents ids that the configuration gives to agents, whatever they look like
   */
  public PersonRecords(UnaryOperator<String> redactor, Set<String> agents, InstantSource clock) {
    this.redactor = redactor;
    this.agents = Set.copyOf(agents);
    this.clock = clock;
  }

  /**
   * A reason or a purpose that a person typed, without its secrets.
   *
   * @throws Refusal TEXT_EMPTY, TEXT_TOO_LONG
   */
  public String typed(String text) {
    if (text.isBlank()) {
      throw new Refusal(
          400, "TEXT_EMPTY", "A reason or a purpose has no words. Say why, or what is to be done.");
    }
    return described(text);
  }

  /**
   * A text that describes something, which may be empty, without its secrets.
   *
   * @throws Refusal TEXT_TOO_LONG
   */
  public String described(String text) {
    requireShort(text);
    return redactor.apply(text);
  }

  /**
   * Checks a text that is kept as it stands.
   *
   * @throws Refusal TEXT_TOO_LONG
   */
  public void requireShort(String text) {
    if (text.length() > MAX_TEXT) {
      throw new Refusal(
          400,
          "TEXT_TOO_LONG",
          "A reason, a purpose or another text of yours has "
              + text.length()
              + " characters. It may have "
              + MAX_TEXT
              + ".");
    }
  }

  /**
   * A text that others are compared with, so that nothing of it can be withheld.
   *
   * @param where the option or the field it was typed in
   * @throws Refusal TEXT_HOLDS_SECRET, TEXT_TOO_LONG
   */
  public String matched(String where, String text) {
    requireShort(text);
    if (holdsSecret(text)) {
      throw holding(where);
    }
    return text;
  }

  /**
   * A glob of {@code TYPE:ID} that resources are compared with. A type such as {@code secret} does
   * not make its id one; the id itself may.
   *
   * @param where the option or the field it was typed in
   * @throws Refusal TEXT_HOLDS_SECRET, TEXT_TOO_LONG
   */
  public String resource(String where, String text) {
    requireShort(text);
    // The colons of an address stay: a password stands behind one.
    int scheme = text.indexOf("://");
    int address = scheme < 0 ? text.length() : text.lastIndexOf(':', scheme - 1) + 1;
    if (holdsSecret(text.substring(0, address).replace(':', '\n') + text.substring(address))) {
      throw holding(where);
    }
    return text;
  }

  private static Refusal holding(String where) {
    return new Refusal(
        400,
        "TEXT_HOLDS_SECRET",
        where
            + " looks like a secret, or holds one. It is compared as it stands, so nothing of it can"
            + " be withheld: nothing was done. Give another, or a pattern where that is allowed.");
  }

  /** Whether a secret stands in a text. */
  public boolean holdsSecret(String text) {
    return !redactor.apply(text).equals(text);
  }

  /**
   * The id of an agent, as somebody named it.
   *
   * @throws Refusal AGENT_INVALID for none, or one of more than {@value #MAX_TEXT} characters;
   *     AGENT_HOLDS_SECRET: an id is the key of topics and indices, so nothing of it can be
   *     withheld later on
   */
  public String agent(String id) {
    if (id.isBlank() || id.length() > MAX_TEXT) {
      throw new Refusal(
          400,
          "AGENT_INVALID",
          "An agent's id has 1 to " + MAX_TEXT + " characters. Say which agent is meant.");
    }
    if (!agents.contains(id) && holdsSecret(id)) {
      throw new Refusal(
          400,
          "AGENT_HOLDS_SECRET",
          "The agent's id looks like a secret, or holds one. Give it another id.");
    }
    return id;
  }

  /**
   * What a person orders, under a new id.
   *
   * @param reason as it was typed
   * @param credentials fingerprints to take away beside those that are known
   * @param rung how hard; null for what the policy says
   * @throws Refusal TEXT_EMPTY, TEXT_TOO_LONG
   */
  public ContainmentOrder order(
      OrderKind kind,
      String agentId,
      String reason,
      List<String> credentials,
      @Nullable Rung rung,
      String person) {
    return ContainmentOrder.byPerson(
            Ids.next(), clock.instant(), kind, agentId, typed(reason), credentials, person)
        .to(rung);
  }

  /**
   * What a person says to an order, or to an attempt, that waits.
   *
   * @param orderId the order, or the action
   * @param reason as it was typed
   * @throws Refusal TEXT_EMPTY, TEXT_TOO_LONG
   */
  public Approval answer(
      String orderId, String agentId, Decision decision, String reason, String person) {
    return new Approval(
        orderId, clock.instant(), agentId, decision, person, typed(reason), Extra.NONE);
  }
}
