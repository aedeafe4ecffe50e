package dev.countermand.command.cli;

import dev.countermand.command.stack.Containment;
import dev.countermand.command.stack.Registry;
import dev.countermand.containment.Drills;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Rung;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.Ids;
import dev.countermand.runtime.config.Configuration;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tests containment on credentials that nobody needs. */
@Command(
    name = "drill",
    description =
        "Takes canaries away, from the order to the proof, tells how long that took, and gives them"
            + " back. Ends with 1 when one is not proved dead in time. Canaries that can only be"
            + " revoked for good are gone afterwards.")
final class ContainDrill implements Callable<Integer> {
  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();
  @Mixin private PersonOption by = new PersonOption();

  @Option(
      names = "--credential",
      paramLabel = "NAME",
      description =
          "A registered credential that nobody needs, by name or fingerprint. Repeatable. Default:"
              + " containment.drill.credentials.")
  private List<String> credentials = new ArrayList<>();

  @Option(
      names = "--within",
      converter = DurationConverter.class,
      description = "How long until it must be dead. Default: containment.drill.within.")
  private @Nullable Duration within;

  @Override
  public Integer call() {
    Configuration configuration = config.load();
    String person = by.name(configuration);
    List<String> words =
        credentials.isEmpty() ? configuration.containment().drill().credentials() : credentials;
    if (words.isEmpty()) {
      throw new CountermandException(
          "DRILL_WITHOUT_CANARY",
          "No canary is named. Register a credential that nobody needs, and name it with"
              + " --credential or under containment.drill.credentials.");
    }
    Registry registry = new Registry(configuration, InstantSource.system());
    List<String> canaries =
        words.stream().map(word -> registry.fingerprints(List.of(word)).get(0)).distinct().toList();
    Duration limit = within == null ? configuration.containment().drill().within() : within;
    List<ContainmentOutcome> dead = new ArrayList<>();
    try (Containment containment = new Containment(configuration, limit)) {
      try {
        containment.contain(
            order(OrderKind.CONTAIN, canaries, person).to(Rung.SUSPEND),
            one -> {
              output.document(ContainmentOutcome.CODEC, one);
              if (one.state() == StepState.VERIFIED) {
                dead.add(one);
              }
            },
            limit);
      } catch (CountermandException e) {
        output.say("Not everything was proved dead within " + limit + ": " + e.getMessage());
      }
      show(dead);
      containment.release(
          order(OrderKind.RELEASE, List.of(), person),
          one -> {
            if (one.step() == Step.RESTORE && one.state() != StepState.REQUESTED) {
              output.say("Giving " + one.credential() + " back: " + one.reason());
            }
            output.document(ContainmentOutcome.CODEC, one);
          },
          limit);
    }
    long proved = dead.stream().filter(one -> one.credential() != null).count();
    output.say(proved + " of " + canaries.size() + " canaries were proved dead.");
    return proved == canaries.size() ? 0 : 1;
  }

  private ContainmentOrder order(OrderKind kind, List<String> canaries, String person) {
    return new ContainmentOrder(
        Ids.next(),
        Instant.now(),
        kind,
        Drills.AGENT,
        "A drill",
        null,
        null,
        List.of(),
        canaries,
        person,
        Extra.NONE);
  }

  private void show(List<ContainmentOutcome> dead) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("STEP", "PROVIDER", "ACCEPTED MS", "VERIFIED MS", "PROOF"));
    for (ContainmentOutcome one : dead) {
      String provider = one.provider();
      String proof = one.proof();
      rows.add(
          List.of(
              one.step().wireName(),
              provider == null ? "-" : provider,
              millis(one, one.acceptedAt()),
              millis(one, one.verifiedAt()),
              proof == null ? "-" : proof));
    }
    output.table(rows);
  }

  private static String millis(ContainmentOutcome one, @Nullable Instant then) {
    return then == null ? "-" : Long.toString(Duration.between(one.requestedAt(), then).toMillis());
  }
}
