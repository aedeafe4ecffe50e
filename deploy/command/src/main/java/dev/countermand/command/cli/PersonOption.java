package dev.countermand.command.cli;

import dev.countermand.command.stack.Redactors;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.PersonNames;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says who does it, for the record. */
final class PersonOption {
  @Option(
      names = "--by",
      paramLabel = "PERSON",
      description = "Who does this, for the record. Default: ${sys:user.name}.")
  private @Nullable String typed;

  /**
   * Who.
   *
   * @throws dev.countermand.runtime.CountermandException when that cannot be the name of a person
   * @throws dev.countermand.runtime.http.Refusal TEXT_HOLDS_SECRET when what was typed does
   */
  String name(Configuration config) {
    if (typed == null) {
      return PersonNames.check(System.getProperty("user.name"));
    }
    return Redactors.records(config, InstantSource.system())
        .matched("--by", PersonNames.check(typed));
  }
}
