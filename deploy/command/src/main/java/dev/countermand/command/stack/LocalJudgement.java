package dev.countermand.command.stack;

import dev.countermand.collectors.gateway.LocalJudge;
import dev.countermand.collectors.gateway.LocalVerdict;
import dev.countermand.detectors.Judgement;
import dev.countermand.detectors.Known;
import dev.countermand.detectors.Scoring;
import dev.countermand.model.Action;
import dev.countermand.model.Credential;
import dev.countermand.model.Decision;
import dev.countermand.model.Task;
import java.util.Optional;
import java.util.function.Function;

/**
 * The same detectors as the scoring job's, asked by the gateway when no verdict comes in time. Who
 * cannot ask the scorer does not take chances: what a detector would have a person decide is denied
 * too.
 */
final class LocalJudgement implements LocalJudge {
  private final Scoring scoring;

  LocalJudgement(Scoring scoring) {
    this.scoring = scoring;
  }

  @Override
  public LocalVerdict judge(
      Action action, Optional<Task> task, Function<String, Optional<Credential>> registry) {
    Judgement judgement = scoring.judgeAlone(action, task, Known.credentials(registry));
    return new LocalVerdict(
        judgement.decision() == Decision.ALLOW ? Decision.ALLOW : Decision.DENY,
        judgement.reason());
  }
}
