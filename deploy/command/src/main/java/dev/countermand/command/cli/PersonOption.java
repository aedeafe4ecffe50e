package dev.countermand.command.cli;

import dev.countermand.runtime.config.PersonNames;
import picocli.CommandLine.Option;

/** The option that says who does it, for the record. */
final class PersonOption {
  @Option(
      names = "--by",
      paramLabel = "PERSON",
      description = "Who does this, for the record. Default: ${DEFAULT-VALUE}.")
  private String person = System.getProperty("user.name");

  /**
   * Who.
   *
   * @throws dev.countermand.runtime.CountermandException when that cannot be the name of a person
   */
  String name() {
    return PersonNames.check(person);
  }
}
