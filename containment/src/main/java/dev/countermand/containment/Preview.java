package dev.countermand.containment;

import dev.countermand.model.ContainmentPlan;
import dev.countermand.model.PlannedStep;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Lets the providers say, without effect, what a plan would hit. */
final class Preview {
  // Revocations wait behind these at the same provider.
  private static final int MAX_LOOKS = 32;

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
        .forEach(step -> steps.add(CompletableFuture.completedFuture(step)));
    return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new))
        .thenApply(x -> plan.with(steps.stream().map(CompletableFuture::join).toList()));
  }

  private CompletableFuture<PlannedStep> told(PlannedStep step) {
    ProviderDesk desk = shared.standing(step.fingerprint()).desk();
    if (desk == null || !desk.rungs().contains(step.rung())) {
      return CompletableFuture.completedFuture(step);
    }
    return desk.look(
            revoker ->
                revoker.plan(shared.target(step.fingerprint()).to(step.rung())).blastRadius())
        .handle(
            (radius, error) ->
                step.told(
                    error == null
                        ? radius
                        : "The provider does not tell: " + ProviderDesk.safe(error).getMessage()));
  }
}
