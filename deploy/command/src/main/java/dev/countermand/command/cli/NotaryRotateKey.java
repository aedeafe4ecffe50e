package dev.countermand.command.cli;

import dev.countermand.dashboards.evidence.NotaryKey;
import dev.countermand.runtime.Waits;
import dev.countermand.runtime.config.Configuration;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Replaces the key that signs checkpoints. */
@Command(
    name = "rotate-key",
    description =
        "Makes a new key for the notary. The one that signs hands on to it with a statement beside"
            + " its checkpoints, so that whoever trusts the first key need not be told of another."
            + " Run it where the notary runs, as its user. Ends with 1 when nobody took the key in"
            + " time; it is taken when a notary starts.")
final class NotaryRotateKey implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofMillis(200);

  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();

  @Option(
      names = "--wait",
      converter = DurationConverter.class,
      description = "How long to wait for the notary. Default: ${DEFAULT-VALUE}.",
      defaultValue = "30s")
  private Duration wait = Duration.ofSeconds(30);

  @Override
  public Integer call() throws InterruptedException {
    Configuration configuration = config.load();
    String line = NotaryKey.prepareNext(configuration.keys());
    Optional<Boolean> taken =
        Waits.until(
            wait,
            LOOK,
            () ->
                NotaryKey.hasNext(configuration.keys())
                    ? Optional.<Boolean>empty()
                    : Optional.of(true));
    output.say(
        taken.isPresent()
            ? "The notary signs with "
                + line
                + ". Copy "
                + configuration.evidenceFiles()
                + " to where you keep checkpoints; the public key you trust stays what it is."
            : "No notary took the key " + line + " yet: it is taken when one starts here.");
    return taken.isPresent() ? 0 : 1;
  }
}
