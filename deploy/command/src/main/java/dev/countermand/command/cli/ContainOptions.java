package dev.countermand.command.cli;

import dev.countermand.command.stack.Redactors;
import dev.countermand.command.stack.Registry;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Rung;
import dev.countermand.runtime.PersonRecords;
import dev.countermand.runtime.config.Configuration;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** What a person says of an order to contain. */
final class ContainOptions {
  @Parameters(paramLabel = "AGENT", description = "The agent.")
  private String agent = "";

  @Option(
      names = "--rung",
      converter = RungConverter.class,
      description =
          "How hard: pause (every gateway denies it), narrow (its credentials change nothing),"
              + " suspend (they are disabled), revoke (they are destroyed, when enough people say"
              + " yes). Default: what the configuration says.")
  private @Nullable Rung rung;

  @Option(
      names = "--credential",
      paramLabel = "NAME",
      description =
          "A registered credential to take away beside those the agent is known to have, by name"
              + " or fingerprint. Repeatable.")
  private List<String> credentials = new ArrayList<>();

  @Option(
      names = "--wait",
      converter = DurationConverter.class,
      description = "How long to wait. Default: ${DEFAULT-VALUE}.",
      defaultValue = "30s")
  private Duration wait = Duration.ofSeconds(30);

  String agent() {
    return agent;
  }

  Duration limit() {
    return wait;
  }

  /** The order. */
  ContainmentOrder order(Configuration config, OrderKind kind, String reason, String by) {
    InstantSource clock = InstantSource.system();
    PersonRecords records = Redactors.records(config, clock);
    String checked = records.agent(agent);
    Registry registry = new Registry(config, clock);
    List<String> fingerprints =
        credentials.stream().map(word -> registry.fingerprints(List.of(word)).get(0)).toList();
    return records.order(kind, checked, reason, fingerprints, rung, by);
  }

  /** The rung of a word. */
  static final class RungConverter implements ITypeConverter<Rung> {
    @Override
    public Rung convert(String word) {
      return Arrays.stream(Rung.values())
          .filter(one -> one.wireName().equals(word.toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "must be one of "
                          + Arrays.stream(Rung.values())
                              .map(Rung::wireName)
                              .collect(Collectors.joining(", "))));
    }
  }
}
