package dev.countermand.containment;

import dev.countermand.model.ContainmentPlan;
import dev.countermand.model.PlannedStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Lets the providers say, without effect, what a plan would hit. */
final class Preview {
  // Revocations wait behind these at the same provider.
  private static final int MAX_LOOKS = 32;

  private static final String INCOMPLETE = "PLAN_INCOMPLETE";

  private final Shared shared;

  Preview(Shared shared) {
    this.shared = shared;
  }

  /** The plan with what each provider says; where one does not answer, with why. Never fails. */
  CompletableFuture<ContainmentPlan> of(ContainmentPlan plan) {
    List<CompletableFuture<PlannedStep>> steps = new ArrayList<>();
    plan.steps().stream().limit(MAX_LOOKS).forEach(step -> steps.add(told(step)));
    plan.steps().stream()
        .skip(MAX_LOOKS)
        .forEach(step -> steps.add(CompletableFuture.completedFuture(unasked(step))));
    return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new))
        .thenApply(x -> plan.with(steps.stream().map(CompletableFuture::join).toList()));
  }

  private CompletableFuture<PlannedStep> told(PlannedStep step) {
    Optional<ProviderDesk> desk = desk(step);
    if (desk.isEmpty()) {
      return CompletableFuture.completedFuture(step);
    }
    return desk.get()
        .look(revoker -> revoker.plan(shared.target(step.fingerprint()).to(step.rung())))
        .handle(
            (plan, error) ->
                error == null
                    ? step.told(plan.blastRadius(), plan.isWhole() ? null : INCOMPLETE)
                    : step.told(
                        "The provider does not tell: " + ProviderDesk.safe(error).getMessage(),
                        INCOMPLETE));
  }

  private PlannedStep unasked(PlannedStep step) {
    return desk(step).isEmpty()
        ? step
        : step.told(
            "The provider was not asked: only the first " + MAX_LOOKS + " steps are.", INCOMPLETE);
  }

  /** Who can tell of a step, if anybody. */
  private Optional<ProviderDesk> desk(PlannedStep step) {
    return Optional.ofNullable(shared.standing(step.fingerprint()).desk())
        .filter(known -> known.rungs().contains(step.rung()));
  }
}
