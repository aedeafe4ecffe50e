package dev.countermand.containment;

import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Rung;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.TakenCredential;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives one credential of an agent that is being released back, or leaves it to another contained
 * agent that it was taken from, too. Confined to the agent's lane.
 *
 * <p>The agents that share a credential may be those of different processes, and nobody holds a
 * lock. It ends right because everybody writes first, reads then, and acts last:
 *
 * <ul>
 *   <li>An agent's record says that it is being released before this begins; for others it keeps
 *       nothing from then on. Then all records are read that were written before. When two agents
 *       are released at once, one of them began to read after the other's write was acknowledged,
 *       and does not leave the credential to it. When both see each other, both give it back, which
 *       is the same as once.
 *   <li>An agent that is contained has written that it takes a credential before the provider is
 *       asked. After a credential was given back all records are read once more: from whom it was
 *       taken by then is seen, and it is taken away again; who writes after that asks the provider
 *       after it was given back. Whatever was done last is so followed by a look, until what the
 *       provider was told last and what the records say agree.
 *   <li>Until then the record keeps the credential with its way back. Killed anywhere, the process
 *       that takes over gets the order of release again and begins from the start.
 * </ul>
 */
final class GivingBack {
  /** So often a credential may change between two looks before a person has to look. */
  private static final int MAX_TURNS = 8;

  private static final Logger log = LoggerFactory.getLogger(GivingBack.class);

  private final Shared shared;
  private final AgentContainment agent;
  private final ContainmentOrder order;
  private final Cause cause;
  private final TakenCredential taken;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private @Nullable Restoration restoration;
  private @Nullable Result result;
  private boolean wasGivenBack;
  private int turns;

  /** What became of it. */
  enum Result {
    /** It is as it was before. */
    GIVEN_BACK("given back"),
    /** It stays taken away for another agent. */
    LEFT("left to another contained agent"),
    /** It cannot be as it was before. */
    GONE("not as before, a new one is needed"),
    /** It could not be given back now. */
    FAILED("not given back");

    private final String words;

    Result(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  GivingBack(
      Shared shared,
      AgentContainment agent,
      ContainmentOrder order,
      Cause cause,
      TakenCredential taken) {
    this.shared = shared;
    this.agent = agent;
    this.order = order;
    this.cause = cause;
    this.taken = taken;
  }

  /** Begins, after Kafka has the record that says the agent is being released. */
  CompletableFuture<Void> begin() {
    look();
    return ended;
  }

  /** What people call the credential. */
  String name() {
    return shared.standing(taken.fingerprint()).name();
  }

  /** What became of it, once the future of {@link #begin} has completed. */
  Result result() {
    return result == null ? Result.FAILED : result;
  }

  private void look() {
    CompletableFuture<Void> unused =
        shared.others().upToNow().thenRun(() -> agent.insist(this::turn));
  }

  private void turn() {
    List<Others.Held> holders =
        shared.others().holding(agent.record().agentId(), taken.fingerprint());
    boolean isBack = restoration != null;
    if (isBack == holders.isEmpty()) {
      conclude(holders);
    } else if (++turns > MAX_TURNS) {
      fail("Agents that share it are contained and released all the time: order the release again");
    } else if (isBack) {
      takeAgain(holders.get(0));
    } else {
      giveBack();
    }
  }

  private void giveBack() {
    ProviderDesk desk = shared.providers().get(taken.provider());
    if (desk == null) {
      fail(
          "Provider "
              + taken.provider()
              + " is not configured any more. Add it under containment.providers.");
      return;
    }
    if (!wasGivenBack) {
      agent.report(report(StepState.REQUESTED, "Giving it back at " + taken.provider()));
    }
    wasGivenBack = true;
    Target target = shared.target(taken.fingerprint());
    CompletableFuture<Void> unused =
        works(desk, target)
            .thenCompose(
                works ->
                    desk.call(new Attempts(), revoker -> revoker.undo(target, taken.prior()))
                        .thenApply(done -> works.map(how -> unlessGone(done, how)).orElse(done)))
            .handle((done, error) -> (Runnable) () -> gaveBack(done, error))
            .thenAccept(agent::insist);
  }

  /**
   * How it is known that a credential which was to be destroyed works all the same; asked before it
   * is given back, which may bring back a part of it. Empty when it does not work, or cannot be
   * asked.
   */
  private CompletableFuture<Optional<String>> works(ProviderDesk desk, Target target) {
    if (taken.rung() != Rung.REVOKE) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return desk.look(revoker -> revoker.verify(target.to(Rung.REVOKE)))
        .handle(
            (proof, error) ->
                proof != null && proof.life() == Proof.Life.ALIVE
                    ? Optional.of(proof.seen())
                    : Optional.empty());
  }

  /** What never succeeded needs no new credential, though no way leads back from it. */
  private static Restoration unlessGone(Restoration done, String works) {
    return done.result() == Restoration.Result.RESTORED
        ? done
        : Restoration.restored("It was not taken away, it works: " + works);
  }

  private void gaveBack(@Nullable Restoration done, @Nullable Throwable error) {
    if (done == null) {
      fail(words(error));
    } else {
      restoration = done;
      look();
    }
  }

  private void takeAgain(Others.Held holder) {
    TakenCredential theirs = holder.taken();
    ProviderDesk desk = shared.providers().get(theirs.provider());
    if (desk == null) {
      fail(
          "Agent "
              + holder.agentId()
              + " was contained meanwhile, and provider "
              + theirs.provider()
              + " is not configured here to take it away again");
      return;
    }
    Target target = shared.target(theirs.fingerprint()).to(theirs.rung());
    Attempts attempts = new Attempts();
    CompletableFuture<Void> unused =
        desk.call(attempts, revoker -> revoker.execute(target))
            .thenCompose(answer -> desk.prove(attempts, target))
            .handle((proof, error) -> (Runnable) () -> tookAgain(holder, proof, error))
            .thenAccept(agent::insist);
  }

  private void tookAgain(Others.Held holder, @Nullable Proof proof, @Nullable Throwable error) {
    if (proof != null && proof.life() == Proof.Life.DEAD) {
      restoration = null;
      look();
    } else {
      fail(
          "Agent "
              + holder.agentId()
              + " was contained with it meanwhile, and it is not taken away again: "
              + (proof == null ? words(error) : proof.seen()));
    }
  }

  private void conclude(List<Others.Held> holders) {
    Restoration done = restoration;
    if (done != null) {
      boolean isWhole = done.result() == Restoration.Result.RESTORED;
      end(
          isWhole ? Result.GIVEN_BACK : Result.GONE,
          isWhole
              ? report(StepState.VERIFIED, "It is as it was before").withProof(done.detail())
              : report(StepState.FAILED, done.detail()));
    } else if (wasGivenBack) {
      end(
          Result.LEFT,
          report(
              StepState.REFUSED,
              "Agent "
                  + holders.get(0).agentId()
                  + " was contained with it while it was given back: it is taken away again"));
    } else if (holders.stream().anyMatch(this::givesAllBack)) {
      end(
          Result.LEFT,
          report(
              StepState.REFUSED,
              "Another contained agent has this credential, too: it stays taken away for "
                  + holders.get(0).agentId()));
    } else {
      fail(
          "Another contained agent has this credential, and less was taken for it: release that"
              + " agent first");
    }
  }

  /** Whether the release of the other agent will give back all that was taken for this one. */
  private boolean givesAllBack(Others.Held other) {
    return other.taken().prior().keySet().containsAll(taken.prior().keySet());
  }

  private void end(Result how, Report told) {
    agent.report(told);
    agent.save(agent.record().without(taken.fingerprint()));
    result = how;
    ended.complete(null);
  }

  private void fail(String why) {
    log.warn("Credential {} cannot be given back: {}", taken.fingerprint(), why);
    agent.report(report(StepState.FAILED, why));
    result = Result.FAILED;
    ended.complete(null);
  }

  private Report report(StepState state, String what) {
    return Report.credential(
            cause,
            order.agentId(),
            Step.RESTORE,
            state,
            taken.fingerprint(),
            taken.provider(),
            what + ", by " + order.requestedBy() + ": " + order.reason())
        .to(taken.rung())
        .withPrior(taken.prior());
  }

  private static String words(@Nullable Throwable error) {
    return String.valueOf(
        ProviderDesk.safe(error == null ? new IllegalStateException() : error).getMessage());
  }
}
