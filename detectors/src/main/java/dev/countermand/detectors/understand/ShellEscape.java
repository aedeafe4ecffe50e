package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.shell.Word;
import dev.countermand.model.Verb;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A program that is handed a shell, an editor escape or a peer to connect a shell to. */
final class ShellEscape {
  private static final Set<String> TEXT_ONLY =
      Set.of("echo", "printf", "ls", "which", "file", "stat", "chsh", "grep", "rg", "test", "[");
  private static final String[] SIGNS = {
    "/bin/sh", "/bin/bash", "/bin/zsh", "system(", "exec(", "os.execute", "popen("
  };

  private ShellEscape() {}

  static void read(@Nullable Tool tool, Invocation call, Readers readers, Effects out) {
    if (TEXT_ONLY.contains(call.name())
        || (tool != null && "shell".equals(tool.program()))
        || (tool != null
            && tool.otherwise() != null
            && tool.otherwise().verb() == Verb.READ
            && !call.name().equals("awk"))) {
      return;
    }
    for (Word word : call.words()) {
      int run = word.text().indexOf("exec=");
      if (run >= 0 && !call.context().tooDeep()) {
        readers.shell().read(word.text().substring(run + 5), call.context().deeper(), out);
      }
    }
    for (Word word : call.words()) {
      for (String sign : SIGNS) {
        if (word.text().contains(sign)) {
          if (sign.endsWith("(") && !call.context().tooDeep() && out.nest(word.text())) {
            readers.code().read(word.text(), call.context().deeper(), out);
          }
          out.add(
              Verb.EXECUTE,
              "shell",
              call.name(),
              call.environment(Environments.LOCAL),
              Reversal.IMPOSSIBLE,
              0.6,
              call.name() + " " + word.text());
          return;
        }
      }
    }
  }
}
