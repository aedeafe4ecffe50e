package dev.countermand.detectors;

import dev.countermand.detectors.trail.CredentialTouch;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Finding;
import dev.countermand.model.Score;
import dev.countermand.model.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * What scoring makes of one action.
 *
 * @param action with its effects and its score
 * @param findings in the order of the rules' ids
 * @param verdict the answer, to attempts only
 * @param order the containment it calls for
 * @param touches the credentials it touches, for their trails
 * @param state the agent's state with this action
 */
public record Scored(
    Action action,
    List<Finding> findings,
    Optional<Verdict> verdict,
    Optional<ContainmentOrder> order,
    List<CredentialTouch> touches,
    AgentState state) {

  /** The same of an agent that is contained by an order; the action's score says so. */
  public Scored under(String orderId) {
    Score score = action.score();
    return score == null
        ? this
        : new Scored(
            action.scored(action.taskId(), action.effects(), score.under(orderId)),
            findings,
            verdict,
            order,
            touches,
            state);
  }

  /** The subject of the peer group it was compared with, as its score says. */
  public Optional<String> peerGroup() {
    return Optional.ofNullable(action.score()).map(Score::peerGroup);
  }

  /** The order that the agent was contained by, as its score says. */
  public Optional<String> containedBy() {
    return Optional.ofNullable(action.score()).map(Score::containedBy);
  }
}
