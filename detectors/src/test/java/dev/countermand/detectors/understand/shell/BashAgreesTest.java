package dev.countermand.detectors.understand.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/**
 * Compares what the parser calls complete with what bash accepts, on the development corpora.
 * {@code bash -n} reads a script and runs nothing of it.
 */
class BashAgreesTest {
  private static final int EACH = 700;

  @Test
  void whatBashAcceptsIsReadToItsEnd() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "skipped: there is no bash");
    Set<String> commands = new LinkedHashSet<>();
    for (String corpus : List.of("agent-traces", "commands-risky", "commands-nl2bash-unlabelled")) {
      commands.addAll(read(corpus));
    }
    assumeTrue(!commands.isEmpty(), "skipped: ../shared/corpora is not beside this repository");
    int accepted = 0;
    List<String> disagreements = new ArrayList<>();
    for (String command : commands) {
      if (bashAccepts(command)) {
        accepted++;
        if (!ShellParser.parse(command).complete()) {
          disagreements.add(command);
        }
      }
    }
    System.out.println(
        "bash accepts " + accepted + " of " + commands.size() + ", unread: " + disagreements);
    assertThat(accepted).isGreaterThan(commands.size() / 2);
    assertThat((double) disagreements.size() / accepted).isLessThan(0.003);
  }

  private static boolean bashAccepts(String command) throws Exception {
    Process bash =
        new ProcessBuilder("/bin/bash", "--norc", "--noprofile", "-n")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OutputStream in = bash.getOutputStream()) {
      in.write(command.getBytes(StandardCharsets.UTF_8));
      in.write('\n');
    } catch (IOException e) {
      // It stopped reading at its first error.
    }
    assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return bash.exitValue() == 0;
  }

  static Set<String> read(String corpus) throws IOException {
    Set<String> commands = new LinkedHashSet<>();
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path file = at.resolveSibling("shared").resolve("corpora").resolve(corpus + ".jsonl.gz");
      if (Files.exists(file)) {
        try (BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
          for (String line = lines.readLine();
              line != null && commands.size() < EACH;
              line = lines.readLine()) {
            JsonNode row = Json.mapper().readTree(line);
            commands.add((row.has("command") ? row.get("command") : row.path("input")).asText());
          }
        }
        return commands;
      }
    }
    return commands;
  }
}
