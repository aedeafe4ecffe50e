package dev.countermand.command.cli;

import dev.countermand.model.Schema;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class VersionProvider implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = VersionProvider.class.getPackage().getImplementationVersion();
    return new String[] {
      "countermand " + (version == null ? "(unpacked)" : version),
      "document schema " + Schema.VERSION + ", ECS " + Schema.ECS,
      "Java " + System.getProperty("java.version")
    };
  }
}
