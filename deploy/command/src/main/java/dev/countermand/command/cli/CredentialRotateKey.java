package dev.countermand.command.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.command.stack.FingerprintRotation;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.kafka.TopicWriter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Rotates the key that fingerprints are made with. */
@Command(
    name = "rotate-key",
    description =
        "Makes a new key for fingerprints and registers every credential under it, while everything"
            + " runs. Fingerprints of both keys join until --finish. Run it again when it was"
            + " interrupted.")
final class CredentialRotateKey implements Callable<Integer> {
  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();

  @Option(
      names = "--finish",
      description = "End the overlap: the old records are removed, the previous key is deleted.")
  private boolean finish;

  @Mixin private PersonOption by = new PersonOption();

  @Override
  public Integer call() {
    Configuration settings = config.load();
    FingerprintRotation rotation =
        new FingerprintRotation(settings, InstantSource.system(), by.name(settings), new Steps());
    FingerprintRotation.Summary summary;
    try (TopicWriter writer = new TopicWriter(settings.kafka())) {
      summary = finish ? rotation.finish(writer) : rotation.rotate(writer);
    }
    output.line(document(summary));
    say(summary);
    return 0;
  }

  private static ObjectNode document(FingerprintRotation.Summary summary) {
    ObjectNode document =
        Json.mapper()
            .createObjectNode()
            .put("key_id", summary.current())
            .put("previous_key_id", summary.previous());
    document.set("changed", Json.words(summary.changed()));
    document.set("register_again", Json.words(summary.registerAgain()));
    return document;
  }

  private void say(FingerprintRotation.Summary summary) {
    if (finish) {
      output.say(
          "Key "
              + summary.current()
              + " is the only one in force; old records removed: "
              + summary.changed().size());
    } else {
      output.say(
          "Key "
              + summary.current()
              + " is in force, key "
              + summary.previous()
              + " still joins; credentials registered anew: "
              + summary.changed().size());
      output.say(
          "Copy the key files to the other gateways, the .previous one first. When agents' tasks and"
              + " sessions are new: countermand credential rotate-key --finish");
    }
    if (!summary.registerAgain().isEmpty()) {
      output.say(
          "Register again, because no copy of their secret can be opened: "
              + String.join(", ", summary.registerAgain()));
    }
  }
}
