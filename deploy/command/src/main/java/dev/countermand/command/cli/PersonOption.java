package dev.countermand.command.cli;

import picocli.CommandLine.Option;

/** The option that says who does it, for the record. */
final class PersonOption {
  @Option(
      names = "--by",
      paramLabel = "PERSON",
      description = "Who does this, for the record. Default: ${DEFAULT-VALUE}.")
  private String person = System.getProperty("user.name");

  /** Who. */
  String name() {
    return person;
  }
}
